import type { Metrics } from "./create-metrics.ts";

/** A connection that does not answer within this time counts as down. */
const timeoutMs = 2_000;

/**
 * Makes the gauge ping Postgres at each scrape, once per client: 1 when the ping resolves within
 * 2 s, else 0. Call once.
 */
export function observePostgres(
  { postgresUp }: Pick<Metrics, "postgresUp">,
  pings: Readonly<Record<string, () => Promise<unknown>>>,
): void {
  // prom-client awaits a metric's `collect` before it reads the metric.
  Object.assign(postgresUp, {
    collect: async () => {
      await Promise.all(
        Object.entries(pings).map(async ([client, ping]) =>
          postgresUp.set({ client }, await answers(ping)),
        ),
      );
    },
  });
}

async function answers(ping: () => Promise<unknown>): Promise<0 | 1> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<0>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, 0);
  });
  try {
    return await Promise.race([
      ping().then(
        () => 1 as const,
        () => 0 as const,
      ),
      late,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
