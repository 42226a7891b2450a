import { TrustedProxies } from "@waiter/auth";
import { httpErrorHandler, notFound } from "@waiter/errors";
import { mountOps, postgresCheck, redisCheck } from "@waiter/health";
import { GatewayCounts } from "@waiter/live-state";
import { httpLogger } from "@waiter/logger";
import { observeHttp, observePools, observePostgres } from "@waiter/metrics";
import { traceHttp } from "@waiter/telemetry";
import express, { Router, type Express } from "express";
import { parsePlatformTokens } from "./auth/platform-tokens.ts";
import type { Context } from "./context.ts";
import type { ServerDrain } from "./http/drain-server.ts";
import { ByteBudget } from "./http/byte-budget.ts";
import { closeUnread } from "./http/close-unread.ts";
import { inTurn, under } from "./http/in-turn.ts";
import { mountRoutes } from "./http/mount-routes.ts";
import type { Route } from "./http/route.ts";
import { allowOrigins } from "./middleware/allow-origins.ts";
import { identifyClient, requireKnownHost } from "./auth/client.ts";
import { challenge } from "./auth/challenge.ts";
import { forgetStrangers } from "./middleware/forget-strangers.ts";
import { databaseErrors } from "./middleware/database-errors.ts";
import { noteRefusals } from "./middleware/note-refusals.ts";
import { tellOldestClient } from "./middleware/oldest-client.ts";
import { refuseProxied } from "./middleware/refuse-proxied.ts";
import { requestId } from "./middleware/request-id.ts";
import { secureHeaders } from "./middleware/secure-headers.ts";
import { documentsIn } from "./middleware/inline-hashes.ts";
import { serveAssets } from "./assets/serve-assets.ts";
import { serveDeadEnds, servePages } from "./middleware/serve-pages.ts";
import { styleElement } from "./openapi/render-docs.ts";
import { operatorsDocument } from "./openapi/operators-document.ts";
import { createRoutes } from "./routes/index.ts";
import { tlsDomain } from "./routes/internal/tls-domain.ts";
import { version } from "./version.ts";

/**
 * The api's HTTP edge, in the order of a request: client, log and headers, operators' routes (any
 * host), then, on a known host, routes and pages, and one translator of errors. With OPS_PORT,
 * resolves once that port listens.
 */
export async function createApp(context: Context, drain: ServerDrain): Promise<Express> {
  const { config, logger, metrics, lifecycle } = context;
  const app = express();
  app
    .disable("x-powered-by")
    .disable("etag")
    .enable("case sensitive routing")
    .set("query parser", "simple");
  const proxies = new TrustedProxies(config.TRUSTED_PROXIES);
  const styled = { pages: documentsIn(context.webRoot), docs: [styleElement] };
  app.use(
    inTurn(
      drain.middleware,
      forgetStrangers(proxies),
      requestId,
      traceHttp,
      httpLogger(logger),
      observeHttp(metrics),
      identifyClient(proxies, config.DOMAIN_URL),
      secureHeaders(config.DOMAIN_URL, styled),
      under("/api", inTurn(allowOrigins(config.CORS_ORIGIN), tellOldestClient)),
    ),
  );

  const routes = createRoutes(context, version);
  const opsOnly = Router().use(
    tlsDomain(context),
    operatorsDocument(routes, { version, origin: config.DOMAIN_URL }),
  );
  await mountOps({ app, lifecycle, config }, opsOptions(context), opsOnly);

  const deps = {
    ...context,
    ...context.tokens,
    internalTokens: config.INTERNAL_TOKEN ?? [],
    platformTokens: parsePlatformTokens(config.PLATFORM_ADMIN_TOKEN ?? []),
    bodies: budgetOf(config.BODY_BYTES_IN_FLIGHT),
    // Above the bytes from which slow clients are cut; one address may cause as many as those.
    answers: budgetOf(2 * config.UNREAD_ANSWER_BYTES, 2),
    bodyTimeoutMs: config.BODY_TIMEOUT,
  };
  const isInternal = ({ access }: Route): boolean => access === "internal";
  app.use(
    inTurn(
      under("/internal", refuseProxied),
      mountRoutes(routes.filter(isInternal), deps),
      under("/assets", serveAssets(context.webRoot, context.assets, context.limiters.address)),
      requireKnownHost,
      mountRoutes(
        routes.filter((route) => !isInternal(route)),
        deps,
      ),
    ),
  );
  app.use(context.limiters.address, servePages(context.webRoot, context.tenants));
  app.use(
    notFound,
    closeUnread,
    noteRefusals(context.securityLog),
    serveDeadEnds(context.webRoot),
    databaseErrors,
    challenge,
    httpErrorHandler(logger),
  );
  return app;
}

/** One address may hold a quarter, or another part. */
const budgetOf = (maxBytes: number, parts = 4): ByteBudget =>
  new ByteBudget({ maxBytes, maxBytesPerAddress: Math.ceil(maxBytes / parts) });

function opsOptions({ database, license, metrics, redis, queueRedis }: Context) {
  const counts = () => database.poolCounts();
  const gatewayCounts = new GatewayCounts(redis.client);
  observePools(metrics, () => [counts()]);
  observePostgres(metrics, { application: () => database.ping() });
  return {
    metrics,
    info: { service: "api", version, license: () => license().status },
    checks: {
      postgres: postgresCheck(() => database.ping()),
      redis: redisCheck(redis),
      queueRedis: redisCheck(queueRedis),
    },
    dbPool: counts,
    sockets: () => gatewayCounts.sum(),
  };
}
