/**
 * Preloaded into a service by `--import=<this file>?folder=<folder>`. Its HTTP servers also accept
 * the connections of tunnels to the socket `<folder>/<pid>.tunnel`.
 */
import { Server as HttpServer } from "node:http";
import { createServer, Server } from "node:net";
import { join } from "node:path";
import { Tunnel, type TunnelStream } from "./tunnel.ts";

const folder = new URL(import.meta.url).searchParams.get("folder") ?? "";
const servers = new Set<HttpServer>();
const listen = Reflect.get(Server.prototype, "listen") as (...given: unknown[]) => Server;
Server.prototype.listen = new Proxy(listen, {
  apply: (target, server: Server, given: unknown[]) => {
    if (server instanceof HttpServer) servers.add(server);
    return Reflect.apply(target, server, given);
  },
});

/** Hands a stream to the server of WebSockets. */
const receive = (stream: TunnelStream): void => {
  for (const server of servers)
    if (server.listenerCount("upgrade") > 0) server.emit("connection", stream);
};
const entrance = createServer((socket) => void new Tunnel(socket, receive));
entrance.listen(join(folder, `${process.pid}.tunnel`)).unref();
