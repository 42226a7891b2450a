/** The ws library alone: one `send` per connection. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { servePeer } from "./peer.ts";

const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
await once(server, "listening");
servePeer((server.address() as AddressInfo).port, (payload) => {
  for (const client of server.clients) client.send(payload);
});
