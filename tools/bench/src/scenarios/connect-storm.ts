import { setTimeout as sleep } from "node:timers/promises";
import type { Progress } from "../progress.ts";
import { percentile, type Figure, type Scenario } from "../scenario.ts";
import { callUntil, noCalls, type Calls } from "../storm/callers.ts";
import { openPages, type Pages } from "../storm/pages.ts";
import { strikes, type Strike } from "../storm/strikes.ts";
import { Swarm } from "../swarm/swarm.ts";
import { LocalSystem } from "../system/local-system.ts";
import { demoTenant, guestTokens } from "../system/tokens.ts";

/** One restaurant and one address make every call. */
const rates = {
  RATE_LIMIT_GUEST_REQUESTS: "1000000",
  RATE_LIMIT_TABLE: "1000000",
  RATE_LIMIT_TENANT: "1000000",
  RATE_LIMIT_TENANT_READS: "1000000",
  RATE_LIMIT_TENANT_STAFF: "1000000",
  RATE_LIMIT_ADDRESS: "10000000",
};

/** Requests that an api has answered, from its metrics. */
async function apiRequests(system: LocalSystem): Promise<number> {
  const text = await (await fetch(`${system.local().api}/metrics`)).text();
  const lines = text.matchAll(/^waiter_http_request_duration_seconds_count\{.*\} (\d+)$/gm);
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Opens `count` sockets of guests on both gateways. */
async function openSwarm(swarm: Swarm, system: LocalSystem, count: number): Promise<void> {
  const tokens = guestTokens(system, await demoTenant(system), count, count / 2);
  await swarm.connect({
    urls: system.local().gateways.map((url) => url.replace("http:", "ws:")),
    count,
    namespace: "/guest",
    headers: [{ host: system.tenantHost }],
    auths: tokens.map((token) => ({ token })),
    compression: false,
    reconnectAfterMs: 1_000,
  });
  await swarm.until(({ open }) => open === count, 180_000);
}

interface Crowd {
  readonly swarm: Swarm;
  readonly pages: Pages;
  readonly count: number;
}
interface Return {
  /** Until every socket is open and every page is live. */
  readonly seconds: number;
  /** Most connects in one second. */
  readonly peak: number;
  /** Most pages that were not live at once. */
  readonly away: number;
}

/** Runs the strike and waits until all clients are back. */
async function strikeAndReturn(
  { swarm, pages, count }: Crowd,
  { disconnects }: Strike,
  run: () => Promise<void>,
  { progress, timeoutMs }: { progress: Progress; timeoutMs: number },
): Promise<Return> {
  const startedAt = performance.now();
  const seen: { at: number; count: number }[] = [];
  let away = 0;
  const timer = setInterval(() => {
    seen.push({ at: performance.now(), count: swarm.counts.reconnected });
    away = Math.max(away, pages.away());
    progress.update("came back", swarm.counts.reconnected, disconnects ? count / 2 : 0);
  }, 100);
  try {
    await run();
    if (disconnects) await swarm.until(({ open }) => open < count, 60_000);
    await swarm.until(({ open }) => open === count, timeoutMs);
    for (const end = startedAt + timeoutMs; pages.away() > 0; await sleep(20))
      if (performance.now() > end) throw new Error(`${pages.away()} pages are not live again`);
  } finally {
    clearInterval(timer);
  }
  const since = (at: number) => seen.findLast((one) => one.at <= at - 1_000)?.count ?? 0;
  return {
    seconds: (performance.now() - startedAt) / 1_000,
    peak: Math.max(0, ...seen.map((one) => one.count - since(one.at))),
    away,
  };
}

/** Milliseconds from each acknowledgement to the board; waits for those that are still missing. */
async function lateness({ acknowledged }: Calls, { heard }: Pages): Promise<number[]> {
  const missing = () => [...acknowledged.keys()].filter((id) => !heard.has(id)).length;
  for (const end = performance.now() + 60_000; missing() > 0; await sleep(20))
    if (performance.now() > end) throw new Error(`the board never heard of ${missing()} calls`);
  return [...acknowledged].map(([id, at]) => Math.max(0, (heard.get(id) ?? Infinity) - at));
}

const storm = (name: string, strike: Strike): Scenario => ({
  name,
  title: strike.title,
  options: { connections: 18_000, pages: 200, calls: 20, before: 10, after: 5, timeout: 180 },
  async run({ progress, option }) {
    const count = option("connections");
    await using stores = await strike.stores?.();
    const env = { ...rates, ...(stores && { REDIS_URL: stores.url, QUEUE_REDIS_URL: stores.url }) };
    await using system = await LocalSystem.start({ gateways: 2, env });
    await using swarm = new Swarm(2);
    progress.update(`${count} guests connect`);
    await openSwarm(swarm, system, count);
    using pages = await openPages(system, option("pages"));
    while (pages.away() > 0) await sleep(20);
    const [before, meanwhile] = [noCalls(), noCalls()];
    // The first calls meet cold code and count for neither.
    let calls = noCalls();
    const stop = new AbortController();
    const calling = callUntil(stop.signal, system, {
      perSecond: option("calls"),
      calls: () => calls,
    });
    progress.update("calls before the storm");
    await sleep(5_000);
    calls = before;
    await sleep(option("before") * 1_000);
    const asked = await apiRequests(system);
    const own = () => 2 * (before.took.length + meanwhile.took.length);
    const ownBefore = own();
    calls = meanwhile;
    const back = await strikeAndReturn(
      { swarm, pages, count },
      strike,
      () => strike.run(system, stores),
      { progress, timeoutMs: option("timeout") * 1_000 },
    );
    await sleep(option("after") * 1_000);
    const caused = (await apiRequests(system)) - asked - (own() - ownBefore);
    stop.abort();
    await calling;
    const figures = figuresOf({
      count,
      pages: option("pages"),
      back,
      caused,
      before,
      meanwhile,
      late: await lateness(meanwhile, pages),
    });
    return {
      unit: "ms, p99 of a create",
      bars: [
        { label: "before", value: percentile(before.took, 99) },
        { label: "meanwhile", value: percentile(meanwhile.took, 99) },
      ],
      figures,
    };
  },
});

interface Outcome {
  readonly count: number;
  readonly pages: number;
  readonly back: Return;
  readonly caused: number;
  readonly before: Calls;
  readonly meanwhile: Calls;
  readonly late: readonly number[];
}

function figuresOf({ count, pages, back, caused, before, meanwhile, late }: Outcome): Figure[] {
  const p99 = ({ took }: Calls) => percentile(took, 99);
  return [
    {
      name: `until all of ${count} are connected and ${pages} pages live`,
      value: back.seconds,
      unit: "s",
      target: { text: "all are back", met: true },
    },
    { name: "peak of connects", value: back.peak, unit: "/s" },
    { name: "most pages not live at once", value: back.away, unit: `of ${pages + 1}` },
    {
      name: "api requests beyond the calls",
      value: Math.max(0, caused),
      unit: `for ${pages} pages`,
    },
    {
      name: "create, p99 meanwhile",
      value: p99(meanwhile),
      unit: "ms",
      peer: { name: "before the storm", value: p99(before) },
      ratio: p99(meanwhile) / p99(before),
    },
    {
      name: "calls that failed meanwhile",
      value: meanwhile.failed,
      unit: `of ${meanwhile.took.length + meanwhile.failed}`,
      target: { text: "none", met: meanwhile.failed === 0 },
    },
    { name: "acknowledged until on the board, median", value: percentile(late, 50), unit: "ms" },
    { name: "acknowledged until on the board, longest", value: Math.max(0, ...late), unit: "ms" },
  ];
}

export const connectStorm = storm("connect-storm", strikes.killGateway);
export const connectStormPaused = storm("connect-storm-paused", strikes.pauseRedis);
export const connectStormFailover = storm("connect-storm-failover", strikes.failRedisOver);
