import { once } from "node:events";
import { rooms } from "@waiter/contracts";
import { createBridgedEmitter } from "@waiter/emitter-bridge";
import { Redis } from "ioredis";
import type { Figure, Scenario } from "../scenario.ts";
import { payloadOf } from "../peers/peer.ts";
import { Swarm } from "../swarm/swarm.ts";
import { LocalSystem } from "../system/local-system.ts";
import { demoTenant, staffTokens } from "../system/tokens.ts";

const outputBytes = async (redis: Redis): Promise<number> => Number(/total_net_output_bytes:(\d+)/.exec(await redis.info("stats"))?.[1]);

/** Bytes that leave Redis per event, when one of `gateways` gateways holds the recipient; idle traffic subtracted. */
async function bytesPerEvent(gateways: number, events: number): Promise<number> {
  await using system = await LocalSystem.start({ gateways });
  const local = system.local();
  const tenantId = await demoTenant(system);
  const redis = new Redis(local.redisUrl);
  try {
    await once(redis, "ready");
    await using swarm = new Swarm(1);
    await swarm.connect({
      urls: local.gateways.slice(0, 1),
      count: 1,
      namespace: "/staff",
      headers: [{ host: system.tenantHost }],
      auths: staffTokens(system, tenantId, 1).map((token) => ({ token })),
      compression: false,
    });
    const room = createBridgedEmitter(redis).of("/staff").to(rooms.staff(tenantId));
    const measure = async (count: number): Promise<number> => {
      const before = await outputBytes(redis);
      const want = swarm.counts.messages + count;
      const start = performance.now();
      for (let index = 0; index < count; index += 1) await room.emit("bench", payloadOf(200, index));
      if (count > 0) await swarm.until(({ messages }) => messages >= want, 30_000);
      const left = 4_000 - (performance.now() - start);
      if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
      return (await outputBytes(redis)) - before;
    };
    const idle = await measure(0);
    return ((await measure(events)) - idle) / events;
  } finally {
    redis.disconnect();
  }
}

export const redisBytes: Scenario = {
  name: "redis-bytes",
  title: "Bytes out of Redis per event, one interested gateway",
  async run({ progress, option }) {
    const events = option("events", 2_000);
    const sizes = [1, 4, 16];
    const measured: { gateways: number; bytes: number }[] = [];
    for (const [index, gateways] of sizes.entries()) {
      progress.update(`${gateways} gateways`, index, sizes.length);
      measured.push({ gateways, bytes: await bytesPerEvent(gateways, events) });
    }
    const alone = measured[0]?.bytes ?? 0;
    const figures = measured.map(({ gateways, bytes }): Figure => ({
      name: `bytes per event, 1 interested gateway of ${gateways}`,
      value: bytes,
      unit: "bytes",
      peer: { name: "1 gateway", value: alone },
      ratio: bytes / alone,
      target: { text: "flat within 10 %", met: Math.abs(bytes / alone - 1) <= 0.1 },
    }));
    return { unit: "bytes per event", figures, bars: measured.map(({ gateways, bytes }) => ({ label: `${gateways} gateways`, value: bytes })) };
  },
};
