/**
 * What one would write first: Express, Socket.IO and the classic Redis adapter; POST / says the
 * call to every staff socket of its room.
 */
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createAdapter } from "@socket.io/redis-adapter";
import express from "express";
import { Redis } from "ioredis";
import { Server } from "socket.io";
import { servePeer } from "./peer.ts";

const redisUrl = process.env.PEER_REDIS_URL ?? "redis://127.0.0.1:6379";
const [publisher, subscriber] = [new Redis(redisUrl), new Redis(redisUrl)];
await Promise.all([once(publisher, "ready"), once(subscriber, "ready")]);
const app = express().use(express.json());
const http = createServer(app);
const io = new Server(http, { adapter: createAdapter(publisher, subscriber) });
io.on(
  "connection",
  (socket) => void socket.join(`restaurant-${String(socket.handshake.auth.tenant)}`),
);
app.post("/", (req, res) => {
  const { tenant, id } = req.body as { tenant: string; id: string };
  io.to(`restaurant-${tenant}`).emit("event", { id });
  res.status(201).json({ id });
});
http.listen(0, "127.0.0.1", () =>
  servePeer((http.address() as AddressInfo).port, (payload) => io.emit("event", payload)),
);
