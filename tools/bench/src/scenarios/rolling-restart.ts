import { randomBytes } from "node:crypto";
import { runLoad, type LoadCounts } from "../nemesis/load.ts";
import { Random } from "../nemesis/random.ts";
import { readTruth } from "../nemesis/read-truth.ts";
import { openRestaurant, openScreen, type Recorder } from "../nemesis/restaurant.ts";
import type { Progress } from "../progress.ts";
import { settle } from "../nemesis/settle.ts";
import { tenantProblems } from "../nemesis/verdict.ts";
import type { Scenario } from "../scenario.ts";
import { Swarm } from "../swarm/swarm.ts";
import { LocalSystem } from "../system/local-system.ts";
import { demoTenant, guestTokens } from "../system/tokens.ts";

/** Ends gateway `index` by SIGTERM and resolves when its successor listens. */
async function roll(system: LocalSystem, index: number, timeoutMs: number): Promise<void> {
  const old = system.local().pids.gateways[index];
  if (old === undefined) throw new Error(`there is no gateway ${index}`);
  process.kill(old, "SIGTERM");
  for (const end = Date.now() + timeoutMs; Date.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    const { pids, gateways } = system.local();
    if (pids.gateways[index] === old) continue;
    try {
      if ((await fetch(`${gateways[index]}/readyz`)).ok) return;
    } catch {
      // not listening yet
    }
  }
  throw new Error(`gateway ${index} did not come back within ${timeoutMs} ms`);
}

/** The most reconnections of the swarm in any one second while `work` runs. */
async function peakPerSecond(
  swarm: Swarm,
  progress: Progress,
  work: () => Promise<void>,
): Promise<number> {
  const seen: { at: number; count: number }[] = [];
  const timer = setInterval(() => {
    const { reconnected, open } = swarm.counts;
    seen.push({ at: performance.now(), count: reconnected });
    progress.update(`${open} open, ${reconnected} came back`, reconnected, 0);
  }, 200);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return Math.max(
    0,
    ...seen.map(
      ({ at, count }) => count - (seen.findLast((earlier) => earlier.at <= at - 1_000)?.count ?? 0),
    ),
  );
}

export const rollingRestart: Scenario = {
  name: "rolling-restart",
  title: "Sockets through a rolling restart of two gateways",
  options: { connections: 5_000, window: 30 },
  async run({ progress, option }) {
    const count = option("connections");
    const windowS = option("window");
    const platformToken = randomBytes(24).toString("hex");
    await using system = await LocalSystem.start({
      gateways: 2,
      env: { PLATFORM_ADMIN_TOKEN: platformToken, DRAIN_WINDOW: `${windowS}s` },
    });
    const restaurant = await openRestaurant(system, platformToken, "rolling", 20);
    const screens: Recorder[] = [];
    for (let index = 0; index < 10; index += 1)
      screens.push(
        await openScreen(restaurant, system.domainUrl.replace("localhost", "127.0.0.1")),
      );
    await using swarm = new Swarm(2);
    const tokens = guestTokens(system, await demoTenant(system), count, count / 2);
    progress.update(`${count} guests connect`);
    await swarm.connect({
      urls: [system.domainUrl.replace("http://localhost", "ws://127.0.0.1")],
      count,
      namespace: "/guest",
      headers: [{ host: system.tenantHost }],
      auths: tokens.map((token) => ({ token })),
      compression: false,
      reconnectAfterMs: 500,
    });
    await swarm.until(({ open }) => open === count, 60_000);
    const counts: LoadCounts = { acknowledged: new Map(), answers: 0, retries: 0, conflicts: 0 };
    const stop = new AbortController();
    const load = runLoad(
      [restaurant],
      screens,
      system.domainUrl.replace("localhost", "127.0.0.1"),
      new Random(1),
      20,
      counts,
      stop.signal,
    );
    const peak = await peakPerSecond(swarm, progress, async () => {
      for (const index of [0, 1]) await roll(system, index, (windowS + 60) * 1_000);
      await swarm.until(({ open }) => open === count, 90_000);
    });
    stop.abort();
    await load;
    const { problems, truths } = await settle({
      screens,
      pages: [],
      restaurants: [restaurant],
      read: (of) => readTruth(system.local().databaseUrl, of),
      timeoutMs: 60_000,
    });
    const truth = truths.get(restaurant);
    const acknowledged = counts.acknowledged.get(restaurant.id) ?? new Set();
    if (truth) problems.push(...tenantProblems(restaurant, truth, screens, acknowledged));
    const events = truth?.events ?? [];
    for (const { client } of screens) client.close();
    for (const problem of problems) console.error(problem);
    const bound = (2 * count) / windowS;
    return {
      unit: "reconnects per second",
      bars: [
        { label: "peak", value: peak },
        { label: "bound", value: bound },
      ],
      figures: [
        {
          name: "connected again",
          value: swarm.counts.open,
          unit: "sockets",
          target: { text: `all ${count}`, met: swarm.counts.open === count },
        },
        {
          name: "events lost, duplicated or out of order",
          value: problems.length,
          unit: `of ${events.length} on 10 screens`,
          target: { text: "none", met: problems.length === 0 },
        },
        {
          name: "peak reconnects",
          value: peak,
          unit: "/s",
          target: {
            text: `at most 2 x ${count} / ${windowS} s = ${Math.round(bound)}`,
            met: peak <= bound,
          },
        },
      ],
    };
  },
};
