import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A host on this machine: accepts each push, or never answers. */
export async function startHost(kind: "accepts" | "hangs") {
  const server = createServer((request, response) => {
    request.resume();
    if (kind === "accepts") request.once("end", () => response.writeHead(201).end());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
