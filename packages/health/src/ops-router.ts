import type { LicenseStatus } from "@waiter/contracts";
import type { Lifecycle } from "@waiter/lifecycle";
import type { Metrics } from "@waiter/metrics";
import { Router, type RequestHandler, type Response } from "express";
import { Checker } from "./checker.ts";
import { EventLoopMonitor } from "./event-loop.ts";
import type { Check } from "./run-checks.ts";
import { systemReport } from "./system-report.ts";

export interface OpsOptions {
  readonly lifecycle: Pick<Lifecycle, "state">;
  readonly metrics: Pick<Metrics, "registry">;
  readonly info: {
    readonly service: string;
    readonly version: string;
    readonly license?: () => LicenseStatus;
  };
  /** One per dependency, by its name. None of them decides about liveness or readiness. */
  readonly checks: Readonly<Record<string, Check>>;
  /** Cluster-wide socket counts. */
  readonly sockets?: () => Promise<object>;
  /** Counts of the Postgres pool. */
  readonly dbPool?: () => object;
  /** ms that one check may take; 2,000. */
  readonly checkTimeoutMs?: number;
  /** ms that results of the checks are kept; 1,000. */
  readonly checkCacheMs?: number;
}

/** Everything, for the ops port; `health` is `/api/health` alone, for the public port beside it. */
export type OpsRouter = Router & { readonly health: Router };

const noStore: RequestHandler = (_request, response, next) => {
  response.setHeader("Cache-Control", "no-store");
  next();
};

/**
 * The operator routes of the protocol, the same on every service.
 *
 * Liveness looks at the event loop only, readiness at start-up and drain only: an outage of Redis
 * or Postgres degrades health and raises alerts; it neither restarts pods nor takes them out of
 * service.
 */
export function createOpsRouter(options: OpsOptions): OpsRouter {
  const checker = new Checker(options.checks, {
    timeoutMs: options.checkTimeoutMs ?? 2_000,
    cacheMs: options.checkCacheMs ?? 1_000,
  });
  const loop = new EventLoopMonitor();
  const health = Router();
  health.get("/api/health", noStore, async (_request, response) => {
    response.json(await healthAnswer(options, checker));
  });
  const ops = Router();
  ops.use(health);
  mountProbes(ops, options, loop);
  mountReports(ops, options, checker, loop);
  return Object.assign(ops, { health });
}

/** Sustained delay of the event loop from which the process counts as stuck, ms. */
const maxLoopDelayMs = 10_000;

function mountProbes(ops: Router, { lifecycle }: OpsOptions, loop: EventLoopMonitor): void {
  const probe =
    (isWell: () => boolean): RequestHandler =>
    (_request, response) => {
      const well = isWell();
      response
        .status(well ? 200 : 503)
        .json({ status: well ? "ok" : "unavailable", state: lifecycle.state });
    };
  ops.get(
    "/livez",
    noStore,
    probe(() => loop.isAlive(maxLoopDelayMs)),
  );
  ops.get(
    "/readyz",
    noStore,
    probe(() => lifecycle.state === "ready"),
  );
  ops.get(
    "/startupz",
    noStore,
    probe(() => lifecycle.state !== "starting"),
  );
}

function mountReports(
  ops: Router,
  options: OpsOptions,
  checker: Checker,
  loop: EventLoopMonitor,
): void {
  const { dbPool, metrics, sockets } = options;
  // One text at a time: scrapes that come while it is made get the same.
  let making: Promise<string> | undefined;
  const metricsText = (): Promise<string> =>
    (making ??= metrics.registry.metrics().finally(() => (making = undefined)));
  ops.get("/metrics", noStore, async (_request, response) => {
    response.setHeader("Content-Type", metrics.registry.contentType);
    response.end(await metricsText());
  });
  ops.get("/api/health/system", noStore, (_request, response) => {
    response.json(systemReport(loop));
  });
  if (dbPool !== undefined) {
    ops.get("/api/health/db-pool", noStore, (_request, response) => {
      response.json(dbPool());
    });
  }
  if (sockets !== undefined) {
    ops.get("/api/health/sockets", noStore, async (_request, response) => {
      const counts = await socketCounts(sockets);
      response.status(counts === undefined ? 503 : 200).json(counts ?? unavailable);
    });
  }
  ops.get("/api/health/comprehensive", noStore, async (_request, response: Response) => {
    const [answer, dependencies, counts] = await Promise.all([
      healthAnswer(options, checker),
      checker.results(),
      sockets && socketCounts(sockets),
    ]);
    response.json({
      ...answer,
      service: options.info.service,
      dependencies,
      ...(dbPool !== undefined && { dbPool: dbPool() }),
      ...(sockets !== undefined && { sockets: counts ?? unavailable }),
      system: systemReport(loop),
    });
  });
}

const unavailable = { status: "unavailable" } as const;

async function socketCounts(sockets: () => Promise<object>): Promise<object | undefined> {
  try {
    return await sockets();
  } catch {
    // Redis is away, as /api/health reports: the counts are not known.
    return undefined;
  }
}

/**
 * Answers 200 also when degraded: load balancers that probe this route must not drop the service.
 */
async function healthAnswer({ info, lifecycle }: OpsOptions, checker: Checker) {
  const draining = lifecycle.state === "draining" || lifecycle.state === "stopped";
  return {
    status: draining ? ("draining" as const) : await checker.status(),
    license: { status: info.license?.() ?? "missing" },
    uptime: Math.round(process.uptime() * 10) / 10,
    version: info.version,
  };
}
