import { once } from "node:events";
import { rooms } from "@waiter/contracts";
import { createBridgedEmitter } from "@waiter/emitter-bridge";
import { Redis } from "ioredis";
import type { Figure, Scenario } from "../scenario.ts";
import { payloadOf, startPeer, type Peer } from "../peers/peer.ts";
import { Swarm } from "../swarm/swarm.ts";
import { LocalSystem } from "../system/local-system.ts";
import { demoTenant, staffTokens } from "../system/tokens.ts";

const outputBytes = async (redis: Redis): Promise<number> =>
  Number(/total_net_output_bytes:(\d+)/.exec(await redis.info("stats"))?.[1]);

/** Tells one recipient `count` events; resolves when it has them. */
type Tell = (count: number) => Promise<void>;

/** Bytes that leave Redis per event, idle traffic subtracted. */
async function bytesPerEvent(redis: Redis, tell: Tell, events: number): Promise<number> {
  const measure = async (count: number): Promise<number> => {
    const before = await outputBytes(redis);
    const start = performance.now();
    await tell(count);
    const left = 4_000 - (performance.now() - start);
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
    return (await outputBytes(redis)) - before;
  };
  const idle = await measure(0);
  return ((await measure(events)) - idle) / events;
}

/** One socket on one gateway of several; the others hold none. */
async function waiter(system: LocalSystem, redis: Redis, events: number): Promise<number> {
  const tenantId = await demoTenant(system);
  await using swarm = new Swarm(1);
  await swarm.connect({
    urls: system.local().gateways.slice(0, 1),
    count: 1,
    namespace: "/staff",
    headers: [{ host: system.tenantHost }],
    auths: staffTokens(system, tenantId, 1).map((token) => ({ token })),
    compression: false,
  });
  const room = createBridgedEmitter(redis).of("/staff").to(rooms.staff(tenantId));
  return await bytesPerEvent(
    redis,
    told(swarm, async (index) => void (await room.emit("bench", payloadOf(200, index)))),
    events,
  );
}

/** The same with as many processes of the classic adapter. */
async function classic(
  gateways: number,
  redisUrl: string,
  redis: Redis,
  events: number,
): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const peers: Peer[] = [];
  for (let index = 0; index < gateways; index += 1)
    peers.push(stack.use(await startPeer("express-classic", { PEER_REDIS_URL: redisUrl })));
  const [first] = peers;
  if (first === undefined) throw new Error("at least one gateway");
  const swarm = stack.use(new Swarm(1));
  await swarm.connect({
    urls: [`ws://127.0.0.1:${first.port}`],
    count: 1,
    namespace: "/",
    compression: false,
  });
  const tell: Tell = async (count) => {
    if (count === 0) return;
    const want = swarm.counts.messages + count;
    await first.broadcast({ count, bytes: 200, perSecond: 1_000 });
    await swarm.until(({ messages }) => messages >= want, 30_000);
  };
  return await bytesPerEvent(redis, tell, events);
}

const told =
  (swarm: Swarm, send: (index: number) => Promise<void>): Tell =>
  async (count) => {
    const want = swarm.counts.messages + count;
    for (let index = 0; index < count; index += 1) await send(index);
    if (count > 0) await swarm.until(({ messages }) => messages >= want, 30_000);
  };

export const redisBytes: Scenario = {
  name: "redis-bytes",
  title: "Bytes out of Redis per event, one interested gateway",
  options: { events: 2_000 },
  async run({ progress, option }) {
    const events = option("events");
    const sizes = [1, 4, 16];
    const measured: { gateways: number; bytes: number; classic: number }[] = [];
    for (const [index, gateways] of sizes.entries()) {
      progress.update(`${gateways} gateways`, index, sizes.length);
      await using system = await LocalSystem.start({ gateways });
      const { redisUrl } = system.local();
      const redis = new Redis(redisUrl);
      await once(redis, "ready");
      measured.push({
        gateways,
        bytes: await waiter(system, redis, events),
        classic: await classic(gateways, redisUrl, redis, events),
      });
      redis.disconnect();
    }
    const alone = measured[0]?.bytes ?? 0;
    const figures = measured.flatMap(({ gateways, bytes, classic: theirs }): Figure[] => [
      {
        name: `bytes per event, 1 interested gateway of ${gateways}`,
        value: bytes,
        unit: "bytes",
        peer: { name: "1 gateway", value: alone },
        ratio: bytes / alone,
        target: { text: "flat within 10 %", met: Math.abs(bytes / alone - 1) <= 0.1 },
      },
      {
        name: `the same, ${gateways} gateways`,
        value: bytes,
        unit: "bytes",
        peer: { name: "classic adapter", value: theirs },
        ratio: bytes / theirs,
      },
    ]);
    const bars = measured.flatMap(({ gateways, bytes, classic: theirs }) => [
      { label: `Waiter, ${gateways}`, value: bytes },
      { label: `classic adapter, ${gateways}`, value: theirs },
    ]);
    return { unit: "bytes per event", figures, bars };
  },
};
