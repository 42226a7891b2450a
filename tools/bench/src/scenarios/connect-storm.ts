import { randomUUID } from "node:crypto";
import type { Progress } from "../progress.ts";
import { percentile, type Figure, type Scenario } from "../scenario.ts";
import { Swarm } from "../swarm/swarm.ts";
import { LocalSystem } from "../system/local-system.ts";
import { demoTenant, guestTokens, post } from "../system/tokens.ts";

/** Milliseconds of each call. */
interface Calls {
  readonly took: number[];
  failed: number;
}

/**
 * Sends one guest's requests and cancellations, `perSecond` in all, until the signal: the callers
 * who notice a storm.
 */
async function call(
  system: LocalSystem,
  { perSecond, calls, signal }: { perSecond: number; calls: () => Calls; signal: AbortSignal },
): Promise<void> {
  const { api, tables } = system.local();
  const host = system.tenantHost;
  const guests = await Promise.all(
    tables.slice(0, 10).map(async ({ token }) => {
      const answer = await post(api, "/api/guest/sessions", host, { tableToken: token });
      return { authorization: `Bearer ${(answer as { accessToken: string }).accessToken}` };
    }),
  );
  const pending = new Set<Promise<void>>();
  const one = async (index: number): Promise<void> => {
    const headers = { ...guests[index % guests.length], "idempotency-key": randomUUID() };
    const startedAt = performance.now();
    const { took } = calls();
    try {
      const { request } = (await post(
        api,
        "/api/guest/requests",
        host,
        { type: "water" },
        headers,
      )) as { request: { id: string } };
      took.push(performance.now() - startedAt);
      await post(
        api,
        `/api/guest/requests/${request.id}/cancel`,
        host,
        {},
        {
          ...headers,
          "idempotency-key": randomUUID(),
        },
      );
    } catch {
      calls().failed += 1;
    }
  };
  for (let index = 0; !signal.aborted; index += 1) {
    const sent = one(index).finally(() => pending.delete(sent));
    pending.add(sent);
    await new Promise((resolve) => setTimeout(resolve, 2_000 / perSecond));
  }
  await Promise.all(pending);
}

/** Requests that an api has answered, from its metrics. */
async function apiRequests(system: LocalSystem): Promise<number> {
  const text = await (await fetch(`${system.local().api}/metrics`)).text();
  const lines = text.matchAll(/^waiter_http_request_duration_seconds_count\{.*\} (\d+)$/gm);
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Waits until `count` sockets are open again; the most that came back in one second. */
async function untilAllAreBack(
  swarm: Swarm,
  count: number,
  progress: Progress,
  timeoutMs: number,
): Promise<{ seconds: number; peak: number }> {
  const startedAt = performance.now();
  const seen: { at: number; count: number }[] = [];
  const timer = setInterval(() => {
    seen.push({ at: performance.now(), count: swarm.counts.reconnected });
    progress.update("came back", swarm.counts.reconnected, count / 2);
  }, 100);
  try {
    await swarm.until(({ open }) => open < count, 60_000);
    await swarm.until(({ open }) => open === count, timeoutMs);
  } finally {
    clearInterval(timer);
  }
  const since = (at: number) => seen.findLast((one) => one.at <= at - 1_000)?.count ?? 0;
  return {
    seconds: (performance.now() - startedAt) / 1_000,
    peak: Math.max(0, ...seen.map((one) => one.count - since(one.at))),
  };
}

export const connectStorm: Scenario = {
  name: "connect-storm",
  title: "Guests of a gateway that was killed come back to the other",
  options: { connections: 18_000, calls: 20, before: 10, timeout: 180 },
  async run({ progress, option }) {
    const count = option("connections");
    await using system = await LocalSystem.start({
      gateways: 2,
      env: {
        RATE_LIMIT_GUEST_REQUESTS: "1000000",
        RATE_LIMIT_TABLE: "1000000",
        RATE_LIMIT_TENANT: "1000000",
        RATE_LIMIT_TENANT_READS: "1000000",
        RATE_LIMIT_TENANT_STAFF: "1000000",
        RATE_LIMIT_ADDRESS: "10000000",
      },
    });
    await using swarm = new Swarm(2);
    const tokens = guestTokens(system, await demoTenant(system), count, count / 2);
    progress.update(`${count} guests connect`);
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
    const [before, meanwhile]: [Calls, Calls] = [
      { took: [], failed: 0 },
      { took: [], failed: 0 },
    ];
    // The first calls meet cold code and count for neither.
    let calls: Calls = { took: [], failed: 0 };
    const stop = new AbortController();
    const calling = call(system, {
      perSecond: option("calls"),
      calls: () => calls,
      signal: stop.signal,
    });
    progress.update("calls before the storm");
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    calls = before;
    await new Promise((resolve) => setTimeout(resolve, option("before") * 1_000));
    const asked = await apiRequests(system);
    const own = () => 2 * (before.took.length + meanwhile.took.length);
    const ownBefore = own();
    const killed = system.local().pids.gateways[0];
    if (killed === undefined) throw new Error("there is no gateway to kill");
    calls = meanwhile;
    process.kill(killed, "SIGKILL");
    const { seconds, peak } = await untilAllAreBack(
      swarm,
      count,
      progress,
      option("timeout") * 1_000,
    );
    const caused = (await apiRequests(system)) - asked - (own() - ownBefore);
    stop.abort();
    await calling;
    const p99 = (of: Calls) => percentile(of.took, 99);
    const figures: Figure[] = [
      {
        name: `until all of ${count} are connected`,
        value: seconds,
        unit: "s",
        target: { text: "all are back", met: swarm.counts.open === count },
      },
      { name: "peak of connects", value: peak, unit: "/s" },
      { name: "api requests that the storm caused", value: Math.max(0, caused), unit: "" },
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
    ];
    return {
      unit: "ms, p99 of a create",
      bars: [
        { label: "before", value: p99(before) },
        { label: "meanwhile", value: p99(meanwhile) },
      ],
      figures,
    };
  },
};
