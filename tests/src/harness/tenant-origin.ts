import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { System } from "@waiter/testkit";

/** An origin that needs no name resolution: passes everything on with the demo restaurant's host. */
export interface TenantOrigin extends AsyncDisposable {
  readonly url: string;
}

export async function openTenantOrigin({ tenant }: System): Promise<TenantOrigin> {
  const { hostname, port } = new URL(tenant.baseUrl);
  const sockets = new Set<Socket>();
  const passOn = ({ method, url, headers }: IncomingMessage) =>
    httpRequest({ hostname, port, method, path: url, headers: { ...headers, ...tenant.headers } });
  const server = createServer((incoming, outgoing) => {
    const upstream = passOn(incoming);
    upstream.on("response", (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    upstream.on("error", () => outgoing.destroy());
    incoming.pipe(upstream);
  });
  server.on("connection", (socket) => {
    sockets.add(socket.on("close", () => sockets.delete(socket)));
  });
  server.on("upgrade", (incoming, client: Socket) => {
    const upstream = passOn(incoming);
    upstream.on("error", () => client.destroy());
    upstream.on("response", () => client.destroy());
    upstream.on("upgrade", ({ rawHeaders }, gateway: Socket, head) => {
      const lines = ["HTTP/1.1 101 Switching Protocols"];
      for (let index = 0; index < rawHeaders.length; index += 2)
        lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`);
      client.write(`${lines.join("\r\n")}\r\n\r\n`);
      client.write(head);
      gateway.pipe(client).pipe(gateway);
      gateway.on("error", () => client.destroy()).on("close", () => client.destroy());
      client.on("error", () => gateway.destroy()).on("close", () => gateway.destroy());
    });
    upstream.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
