import { createServer } from "node:http";
import { closeServer, listen, type Lifecycle } from "@waiter/lifecycle";
import express, { type Express, type Router } from "express";
import { createOpsRouter, type OpsOptions } from "./ops-router.ts";

export interface OpsPlace {
  /** The public app, before the middleware that looks at the tenant is mounted. */
  readonly app: Pick<Express, "use">;
  readonly lifecycle: Pick<Lifecycle, "state" | "defer">;
  readonly config: { readonly OPS_PORT?: number | undefined; readonly HOST: string };
}

/**
 * Mounts the ops routes. Without OPS_PORT all of them are on `app`. With it they listen on that
 * port, with no host or tenant check, until the lifecycle closes it; `app` keeps `/api/health` and
 * answers 404 to the others. `opsOnly` has routes for a private port: it is never on `app`.
 * Resolves with the port of its own, where there is one, once it listens.
 */
export async function mountOps(
  { app, lifecycle, config }: OpsPlace,
  options: Omit<OpsOptions, "lifecycle">,
  opsOnly?: Router,
): Promise<number | undefined> {
  const ops = createOpsRouter({ ...options, lifecycle });
  if (config.OPS_PORT === undefined) {
    app.use(ops);
    return undefined;
  }
  app.use(ops.health);
  const listener = express().disable("x-powered-by").use(ops);
  if (opsOnly !== undefined) listener.use(opsOnly);
  const server = createServer(listener);
  const port = await listen(server, config.OPS_PORT, config.HOST);
  lifecycle.defer("ops port", () => closeServer(server));
  return port;
}
