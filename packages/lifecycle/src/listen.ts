import { once } from "node:events";
import type { Server } from "node:http";

/**
 * Resolves with the port once the server listens; rejects when the address is taken or not allowed.
 */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

/**
 * Stops listening and closes every connection, also those with a request in progress. Idempotent.
 */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
