import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { rooms } from "@waiter/contracts";
import { createBridgedEmitter } from "@waiter/emitter-bridge";
import { Redis } from "ioredis";
import { startCentrifugo } from "../peers/centrifugo.ts";
import { pace, startPeer, type Peer } from "../peers/peer.ts";
import { cpuSeconds } from "../process-stats.ts";
import { median, type Scenario, type ScenarioContext } from "../scenario.ts";
import { Swarm, type SwarmTarget } from "../swarm/swarm.ts";
import { LocalSystem } from "../system/local-system.ts";
import { demoTenant, staffTokens } from "../system/tokens.ts";

interface Contestant {
  readonly name: string;
  readonly pid: number;
  readonly target: SwarmTarget;
  readonly broadcast: (order: { count: number; bytes: number; perSecond: number }) => Promise<void>;
}

/** A contestant with its sockets connected. */
interface Entry {
  readonly contestant: Contestant;
  readonly swarm: Swarm;
}

async function connect(contestant: Contestant): Promise<Entry & AsyncDisposable> {
  const swarm = new Swarm(1);
  const { open, lastError } = await swarm.connect(contestant.target);
  if (open < contestant.target.count)
    throw new Error(`${contestant.name}: only ${open} connected: ${lastError}`);
  return { contestant, swarm, [Symbol.asyncDispose]: () => swarm[Symbol.asyncDispose]() };
}

/**
 * Deliveries per server CPU second of one contestant, over `order.count` broadcasts to each of its
 * sockets. @throws when a connection closes.
 */
async function deliveriesPerCpuSecond(
  { contestant, swarm }: Entry,
  order: { count: number; bytes: number; perSecond: number },
): Promise<number> {
  const deliveries = order.count * contestant.target.count;
  const want = swarm.counts.messages + deliveries;
  const cpu = cpuSeconds(contestant.pid);
  await contestant.broadcast(order);
  await swarm.until(({ messages, closed }) => messages >= want || closed > 0, 300_000);
  if (swarm.counts.messages < want)
    throw new Error(`${contestant.name} closed a connection: ${JSON.stringify(swarm.counts)}`);
  return deliveries / (cpuSeconds(contestant.pid) - cpu);
}

function peerContestant(name: string, peer: Peer, target: Omit<SwarmTarget, "urls">): Contestant {
  return {
    name,
    pid: peer.pid,
    target: { ...target, urls: [`ws://127.0.0.1:${peer.port}`] },
    broadcast: (order) => peer.broadcast(order),
  };
}

/** Centrifugo, one channel for all; publications come by its HTTP API. */
async function centrifugoContestant(
  system: LocalSystem,
  count: number,
): Promise<Contestant & AsyncDisposable> {
  const server = await startCentrifugo(system.local().redisUrl);
  const channel = randomUUID();
  const auths = server.tokens(count, [channel]).map((token) => ({ token }));
  return {
    name: "centrifugo",
    pid: server.pid,
    target: { urls: [server.url], count, centrifugo: true, auths, compression: false },
    broadcast: (order) => pace(order, (payload) => void server.publish(channel, payload)),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/**
 * Every contestant in turn, `rounds` times, each time in the opposite order, and each one's median.
 * All stay connected throughout: what connecting leaves behind, and heartbeats, weigh on all of
 * them alike.
 */
async function contest(
  contestants: readonly Contestant[],
  { progress, option }: ScenarioContext,
  bytes: number,
): Promise<Map<string, number>> {
  const rounds = option("rounds");
  const order = { count: option("broadcasts"), bytes, perSecond: option("per-second") };
  await using stack = new AsyncDisposableStack();
  const entries: Entry[] = [];
  for (const contestant of contestants) {
    progress.update(
      `${contestant.name}: connecting ${contestant.target.count}`,
      entries.length,
      contestants.length,
    );
    entries.push(stack.use(await connect(contestant)));
  }
  for (const entry of entries)
    await deliveriesPerCpuSecond(entry, { ...order, count: Math.ceil(order.count / 3) }); // warm
  const samples = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const entry of round % 2 === 0 ? entries : entries.toReversed()) {
      const { name } = entry.contestant;
      progress.update(`round ${round + 1} of ${rounds}: ${name}`, round, rounds);
      const sample = await deliveriesPerCpuSecond(entry, order);
      samples.get(name)?.push(sample);
      progress.update(
        `round ${round + 1} of ${rounds}: ${name} delivered ${Math.round(sample)} per CPU second`,
      );
    }
  return new Map([...samples].map(([name, values]) => [name, median(values)]));
}

/** The gateway, reached as the api reaches it: through Redis, by the emitter. */
async function waiterContestant(
  system: LocalSystem,
  count: number,
  compression: boolean,
): Promise<Contestant & AsyncDisposable> {
  const { gateways, pids, redisUrl } = system.local();
  const tenantId = await demoTenant(system);
  const redis = new Redis(redisUrl);
  await once(redis, "ready");
  const emitter = createBridgedEmitter(redis);
  const room = emitter.of("/staff").to(rooms.staff(tenantId));
  return {
    name: "Waiter",
    pid: pids.gateways[0] ?? 0,
    target: {
      urls: gateways,
      count,
      namespace: "/staff",
      headers: [{ host: system.tenantHost }],
      auths: staffTokens(system, tenantId, count).map((token) => ({ token })),
      compression,
    },
    broadcast: (order) => pace(order, (payload) => void room.emit("bench", payload)),
    async [Symbol.asyncDispose]() {
      redis.disconnect();
    },
  };
}

const bars = (medians: Map<string, number>) =>
  [...medians].map(([label, value]) => ({ label, value }));

export const broadcast: Scenario = {
  name: "broadcast",
  title: "Broadcast of 200 B, deliveries per CPU second",
  options: { connections: 2_000, broadcasts: 250, "per-second": 25, rounds: 6 },
  async run(context) {
    const count = context.option("connections");
    await using system = await LocalSystem.start();
    await using waiter = await waiterContestant(system, count, false);
    await using bare = await startPeer("bare-socket-io");
    await using ws = await startPeer("raw-ws");
    await using centrifugo = context.peers.has("centrifugo")
      ? await centrifugoContestant(system, count)
      : undefined;
    const medians = await contest(
      [
        peerContestant("raw ws", ws, { count, compression: false }),
        peerContestant("bare socket.io", bare, { count, namespace: "/", compression: false }),
        waiter,
        ...(centrifugo === undefined ? [] : [centrifugo]),
      ],
      context,
      200,
    );
    const ours = medians.get("Waiter") ?? 0;
    const figure = (name: string, least: number) => {
      const peer = medians.get(name) ?? 0;
      return {
        name: `deliveries per CPU second, ${count} sockets`,
        value: ours,
        unit: "/CPU s",
        peer: { name, value: peer },
        ratio: ours / peer,
        target: { text: `at least ${least} x`, met: ours / peer >= least },
      };
    };
    return {
      unit: "deliveries per CPU second",
      bars: bars(medians),
      figures: [
        figure("bare socket.io", 1.3),
        figure("raw ws", 0.95),
        ...(centrifugo === undefined ? [] : [figure("centrifugo", 1.24)]),
      ],
    };
  },
};

export const broadcastCompressed: Scenario = {
  name: "broadcast-compressed",
  title: "Broadcast of 3 KB, compressed, deliveries per CPU second",
  // At a pace that the peer can follow.
  options: { connections: 2_000, broadcasts: 40, "per-second": 4, rounds: 4 },
  async run(context) {
    const count = context.option("connections");
    await using system = await LocalSystem.start();
    await using waiter = await waiterContestant(system, count, true);
    await using bare = await startPeer("bare-socket-io", { PER_MESSAGE_DEFLATE: "1" });
    const medians = await contest(
      [
        peerContestant("socket.io with perMessageDeflate", bare, {
          count,
          namespace: "/",
          compression: true,
        }),
        waiter,
      ],
      context,
      3_000,
    );
    const ours = medians.get("Waiter") ?? 0;
    const peer = medians.get("socket.io with perMessageDeflate") ?? 0;
    return {
      unit: "deliveries per CPU second",
      bars: bars(medians),
      figures: [
        {
          name: `deliveries per CPU second, ${count} sockets`,
          value: ours,
          unit: "/CPU s",
          peer: { name: "socket.io with perMessageDeflate", value: peer },
          ratio: ours / peer,
          target: { text: "at least 4 x", met: ours / peer >= 4 },
        },
      ],
    };
  },
};
