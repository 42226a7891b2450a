import { waitForSchema } from "@waiter/database";
import { createHttpServer, listen, loop, type Lifecycle } from "@waiter/lifecycle";
import type { Logger } from "@waiter/logger";
import { keepAssets } from "./assets/keep-assets.ts";
import { createApp } from "./app.ts";
import { createContext, type Context, type Overrides } from "./context.ts";
import type { ApiConfig } from "./config.ts";
import { createAnnounceRecent } from "./publishing/announce-recent.ts";
import { ServerDrain } from "./http/drain-server.ts";
import { messageClasses } from "./http/message-classes.ts";

/** How long answers say `Connection: close` at a stop, ms. */
const drainMs = 5_000;

/**
 * Starts the api: connections, server, ready once the database has this release's schema. A stop
 * drains first.
 */
export async function startApi(
  config: ApiConfig,
  lifecycle: Lifecycle,
  logger: Logger,
  overrides: Overrides = {},
): Promise<{ readonly context: Context; readonly port: number }> {
  const context = createContext(config, lifecycle, logger, overrides);
  const drain = new ServerDrain();
  const app = await createApp(context, drain);
  await waitForSchema({ db: context.database.db, signal: lifecycle.signal, logger });
  const server = createHttpServer(app, {
    keepAliveMs: config.KEEP_ALIVE_TIMEOUT,
    maxPipelined: config.MAX_PIPELINED_REQUESTS,
    maxUnreadBytes: config.UNREAD_ANSWER_BYTES,
    maxConnections: config.HTTP_CONNECTIONS,
    messages: messageClasses(app),
  });
  const port = await listen(server, config.PORT, config.HOST);
  lifecycle.onDrain("http", () => drain.drain(server, overrides.drainMs ?? drainMs));
  announceRecent(context);
  await keepAssets(context.assets, context.webRoot, context);
  lifecycle.markReady();
  logger.info("ready", { port, host: config.HOST });
  return { context, port };
}

/**
 * Announces what ended in the database without an api's announcement; see {@link
 * createAnnounceRecent}.
 */
function announceRecent({
  announceRevoked,
  announceTenant,
  database,
  lifecycle,
  logger,
}: Context): void {
  const stop = new AbortController();
  const done = loop({
    intervalMs: 1_000,
    signal: stop.signal,
    run: createAnnounceRecent({ database, announce: announceRevoked, announceTenant }),
    onError: (error) => logger.debug("api could not read recent revocations", { err: error }),
  });
  lifecycle.defer("recent revocations", async () => {
    stop.abort();
    await done;
  });
}
