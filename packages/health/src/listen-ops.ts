import { once } from "node:events";
import { createServer, type Server } from "node:http";
import express, { type Express } from "express";
import type { OpsRouter } from "./ops-router.ts";

/** A listener of its own for the ops routes. */
export interface OpsServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Mounts the ops routes. Without OPS_PORT all of them are on `app`. With it they listen on that port, with no host or
 * tenant check, while `app` keeps `/api/health` and answers 404 to the others, as to anything that it does not know.
 * Mount before the middleware that looks at the tenant. Resolves when the port listens.
 */
export async function listenOps(
  app: Pick<Express, "use">,
  ops: OpsRouter,
  { OPS_PORT, HOST }: { readonly OPS_PORT?: number | undefined; readonly HOST: string },
): Promise<OpsServer | undefined> {
  if (OPS_PORT === undefined) {
    app.use(ops);
    return undefined;
  }
  app.use(ops.health);
  const listener = express().disable("x-powered-by").use(ops);
  const server = createServer(listener).listen(OPS_PORT, HOST);
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : OPS_PORT,
    close: () => closeServer(server),
  };
}

async function closeServer(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  if (server.listening) await once(server, "close");
}
