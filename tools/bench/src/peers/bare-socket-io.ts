/**
 * Socket.IO as its documentation starts it: no auth, no room. `PER_MESSAGE_DEFLATE=1` sets the
 * option as usually written.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";
import { servePeer } from "./peer.ts";

const http = createServer();
const io = new Server(
  http,
  process.env.PER_MESSAGE_DEFLATE ? { perMessageDeflate: { threshold: 1_024 } } : {},
);
http.listen(0, "127.0.0.1", () =>
  servePeer((http.address() as AddressInfo).port, (payload) => io.emit("request", payload)),
);
