import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { growDatabase } from "../aged/grow-database.ts";
import { restingCpu } from "../aged/resting-cpu.ts";
import { connectTenants } from "../at-rest/connect-tenants.ts";
import type { HoldReport, Work } from "../holds/holds.ts";
import { probeOption, watchHolds } from "../holds/watch-holds.ts";
import { residentBytes } from "../process-stats.ts";
import type { Progress } from "../progress.ts";
import type { Figure, Scenario } from "../scenario.ts";
import { strikes } from "../storm/strikes.ts";
import { Swarm } from "../swarm/swarm.ts";
import { LocalSystem } from "../system/local-system.ts";
import { demoTenant } from "../system/tokens.ts";

/** A process may open 20,000 files on small machines. */
const mostDirect = 18_000;

const holdFigures = (what: string, { holds }: HoldReport, bound = true): Figure[] => {
  const longest = holds.toSorted((a, b) => b.ownMs - a.ownMs)[0];
  const value = longest?.ownMs ?? 0;
  const work = longest?.work.slice(0, 2).map(([name, ms]) => `${name} ${ms.toFixed(0)} ms`) ?? [];
  return [
    {
      name: `${what}, longest hold: ${work.join(", ")}`,
      value,
      unit: "ms of CPU",
      ...(bound && { target: { text: "at most 20 ms", met: value <= 20 } }),
    },
    {
      name: `${what}, longest garbage collection in a hold`,
      value: Math.max(0, ...holds.map(({ collectionMs }) => collectionMs)),
      unit: "ms",
    },
  ];
};

/** What the gateway does most, without the probe's own work. */
const shown = (work: Work): Work =>
  work.filter(([name]) => !name.includes("tools/bench/holds")).slice(0, 6);

/** Runs `work` and shows how many of its seconds are over. */
async function during<T>(
  progress: Progress,
  what: string,
  seconds: number,
  work: () => Promise<T>,
): Promise<T> {
  let done = 0;
  const timer = setInterval(() => progress.update(what, (done += 1), seconds), 1_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Seconds until a gateway says that Redis works again. */
async function untilRestored(system: LocalSystem, before: number): Promise<number> {
  const from = performance.now();
  const text = "redis is available again";
  const count = (): number => system.log("gateway-1").split(text).length - 1;
  for (const end = from + 60_000; count() <= before; await sleep(50))
    if (performance.now() > end) throw new Error("Redis did not work again within a minute");
  return (performance.now() - from) / 1_000;
}

export const tenantsConnected: Scenario = {
  name: "tenants-connected",
  title: "A gateway with a guest of each of 40,000 restaurants, at rest",
  // Settled: tickets are sent, first looks are over, and V8's memory reducer, which collects the
  // whole heap up to three times after a burst, 100 s apart, has nothing left to do.
  options: { tenants: 100_000, connected: 40_000, settle: 330, rest: 300, after: 60, seed: 1 },
  async run({ progress, option }) {
    const folder = mkdtempSync(join(tmpdir(), "waiter-probe-"));
    const entrance = new URL("../swarm/tunnel-entrance.ts", import.meta.url);
    entrance.searchParams.set("folder", folder);
    await using system = await LocalSystem.start({
      env: {
        MOVE_CLOSED_REQUESTS: "true",
        WAITER_GATEWAY_NODE_OPTIONS: `${probeOption(folder)} --import=${entrance.href}`,
        WAITER_API_NODE_OPTIONS: probeOption(folder),
        WAITER_WORKER_NODE_OPTIONS: probeOption(folder),
      },
    });
    const admin = new pg.Client(system.adminDatabaseUrl);
    await admin.connect();
    await using direct = new Swarm(2);
    await using tunnelled = new Swarm(2);
    try {
      const [seed, connected, seconds] = [option("seed"), option("connected"), option("rest")];
      const tenantId = await demoTenant(system);
      await growDatabase(
        admin,
        { tenants: option("tenants"), requests: option("tenants"), seed, tenantId },
        progress,
      );
      const { apis, worker, gateways } = system.local().pids;
      const [gateway = 0, api = 0] = [gateways[0], apis[0]];
      const before = residentBytes(gateway);
      progress.update(`${connected} guests connect`);
      const joining = await watchHolds(folder, gateway, () =>
        connectTenants({ direct, tunnelled }, system, admin, {
          connected,
          seed,
          folder,
          direct: Math.min(connected, mostDirect),
        }),
      );
      await during(progress, "settling", option("settle"), () => sleep(option("settle") * 1_000));
      const resident = residentBytes(gateway) - before;
      const cpu = await during(progress, "CPU at rest", seconds, () =>
        restingCpu(system, admin, seconds),
      );
      const idle = () => during(progress, "holds at rest", seconds, () => sleep(seconds * 1_000));
      const [atRest, apiAtRest, workerAtRest] = await Promise.all([
        watchHolds(folder, gateway, idle),
        watchHolds(folder, api, () => sleep(seconds * 1_000)),
        watchHolds(folder, worker, () => sleep(seconds * 1_000)),
      ]);
      const after = option("after");
      let restoredS = Number.NaN;
      const paused = await watchHolds(folder, gateway, () =>
        during(progress, "Redis is paused, and after", after, async () => {
          const restored = system.log("gateway-1").split("redis is available again").length - 1;
          await strikes.pauseRedis.run(system);
          restoredS = await untilRestored(system, restored);
          await sleep(after * 1_000);
        }),
      );
      const open = direct.counts.open + tunnelled.counts.open;
      return {
        unit: "% of a core at rest",
        bars: [...cpu.total].map(([label, value]) => ({ label, value })),
        samples: { joining, atRest, apiAtRest, workerAtRest, paused },
        figures: [
          ...[...cpu.total].map(([name, value]): Figure => ({
            name: `${name} at rest`,
            value,
            unit: "% of a core",
            target: { text: "below 3 %", met: value < 3 },
          })),
          ...shown(atRest.work).map(([name, ms]): Figure => ({
            name: `gateway at rest, ${name}`,
            value: ms / 10 / seconds,
            unit: "% of a core, sampled",
          })),
          ...holdFigures("gateway at rest", atRest),
          ...holdFigures("api at rest", apiAtRest),
          ...holdFigures("worker at rest", workerAtRest),
          ...holdFigures("gateway, Redis paused for 5 s", paused),
          ...holdFigures("gateway while they connect", joining, false),
          { name: "until Redis works again", value: restoredS, unit: "s" },
          { name: "memory of a connection", value: resident / connected / 1_024, unit: "KB" },
          {
            name: "connections lost",
            value: connected - open,
            unit: "",
            target: { text: "none", met: open === connected },
          },
        ],
      };
    } finally {
      await admin.end().catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
