import { once } from "node:events";
import { Redis } from "ioredis";
import { LiveHeap } from "../live-heap.ts";
import { residentBytes } from "../process-stats.ts";
import type { Scenario } from "../scenario.ts";
import { Swarm } from "../swarm/swarm.ts";
import { LocalSystem } from "../system/local-system.ts";
import { demoTenant, guestTokens } from "../system/tokens.ts";

/** A metric of a service, summed over its labels. */
async function metric(origin: string, name: string): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  return [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, "gm"))].reduce(
    (sum, [, value]) => sum + Number(value),
    0,
  );
}

/** Slope of the least-squares line through `values`, per step. */
function slope(values: readonly number[]): number {
  const mean = (values.length - 1) / 2;
  const average = values.reduce((sum, value) => sum + value, 0) / values.length;
  const above = values.reduce((sum, value, index) => sum + (index - mean) * (value - average), 0);
  return above / values.reduce((sum, _, index) => sum + (index - mean) ** 2, 0);
}

export const churn: Scenario = {
  name: "churn",
  title: "Memory over connects and disconnects",
  options: { cycles: 100_000 },
  async run({ progress, option }) {
    const cycles = option("cycles");
    const steps = 10;
    const open = 500;
    await using system = await LocalSystem.start();
    const { gateways, pids, redisUrl } = system.local();
    const [gateway = "", pid = 0] = [gateways[0], pids.gateways[0]];
    const tokens = guestTokens(system, await demoTenant(system), open, open / 2);
    const redis = new Redis(redisUrl);
    await once(redis, "ready");
    const heap: number[] = [];
    const rss: number[] = [];
    const channels = async (): Promise<number> =>
      ((await redis.call("PUBSUB", "SHARDCHANNELS")) as string[]).length;
    const channelsBefore = await channels();
    {
      await using swarm = new Swarm(2);
      await swarm.connect({
        urls: gateways,
        count: open,
        namespace: "/guest",
        headers: [{ host: system.tenantHost }],
        auths: tokens.map((token) => ({ token })),
        compression: false,
      });
      await using live = await LiveHeap.of(pid);
      for (let step = 0; step < steps; step += 1) {
        await swarm.churn(cycles / steps);
        await swarm.until((counts) => counts.open === open, 60_000);
        heap.push(await live.bytes());
        rss.push(residentBytes(pid));
        progress.update("connects and disconnects", swarm.counts.cycles, cycles);
      }
    }
    const drained = async () => (await metric(gateway, "waiter_connected_clients")) === 0;
    for (const end = Date.now() + 30_000; !(await drained()) && Date.now() < end;)
      await new Promise((resolve) => setTimeout(resolve, 500));
    const left = {
      clients: await metric(gateway, "waiter_connected_clients"),
      rooms: await metric(gateway, "waiter_total_rooms"),
      channels: (await channels()) - channelsBefore,
    };
    const keys = (await redis.keys("waiter:*")).filter(
      (key) => !key.includes("{gateways}") && !key.includes("escalation") && !key.includes("rate:"),
    );
    redis.disconnect();
    const settled = heap.slice(2);
    const perThousand = (slope(settled) * 1_000) / (cycles / steps);
    return {
      unit: "bytes of heap",
      samples: { heap, rss, keys },
      bars: heap.map((value, index) => ({
        label: `after ${((index + 1) * cycles) / steps}`,
        value,
      })),
      figures: [
        {
          name: "slope of the live heap after the first fifth",
          value: perThousand,
          unit: "bytes per 1,000 cycles",
          target: { text: "flat: under 20 kB", met: perThousand < 20_000 },
        },
        {
          name: "clients left behind",
          value: left.clients,
          unit: "clients",
          target: { text: "none", met: left.clients === 0 },
        },
        {
          name: "rooms left behind",
          value: left.rooms,
          unit: "rooms",
          target: { text: "none", met: left.rooms === 0 },
        },
        {
          name: "channels left behind",
          value: left.channels,
          unit: "channels",
          target: { text: "none", met: left.channels <= 0 },
        },
        {
          name: "keys left behind in Redis",
          value: keys.length,
          unit: "keys",
          target: { text: "none", met: keys.length === 0 },
        },
        {
          name: "resident memory, first and last step",
          value: rss.at(-1) ?? 0,
          unit: "bytes",
          peer: { name: "first step", value: rss[0] ?? 0 },
          ratio: (rss.at(-1) ?? 0) / (rss[0] ?? 1),
        },
      ],
    };
  },
};
