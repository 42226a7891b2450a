import { randomUUID } from "node:crypto";
import { ticketOf, Tickets } from "@waiter/auth";
import { startCentrifugo } from "../peers/centrifugo.ts";
import { startPeer } from "../peers/peer.ts";
import { cpuSeconds } from "../process-stats.ts";
import { median, type Figure, type Scenario } from "../scenario.ts";
import { Swarm, type SwarmTarget } from "../swarm/swarm.ts";
import { LocalSystem } from "../system/local-system.ts";
import { demoTenant, guestTokens } from "../system/tokens.ts";

/** Resolves when the process is idle: it has seen off the connections of the round before. */
async function idle(pid: number): Promise<void> {
  for (
    let before = Number.NaN, now = cpuSeconds(pid);
    !(now - before < 0.03);
    before = now, now = cpuSeconds(pid)
  )
    await new Promise((resolve) => setTimeout(resolve, 500));
}

/** Connections joined per second, and per CPU second of the server. */
async function rate(
  pid: number,
  target: SwarmTarget,
): Promise<{ perSecond: number; perCpuSecond: number }> {
  await using stack = new AsyncDisposableStack();
  stack.defer(() => idle(pid));
  const swarm = stack.use(new Swarm(2));
  const cpu = cpuSeconds(pid);
  const start = performance.now();
  const { open, lastError } = await swarm.connect({ ...target, concurrency: 100 });
  if (open < target.count)
    throw new Error(`only ${open} of ${target.count} connected: ${lastError}`);
  return {
    perSecond: (target.count * 1_000) / (performance.now() - start),
    perCpuSecond: target.count / (cpuSeconds(pid) - cpu),
  };
}

type Sample = Awaited<ReturnType<typeof rate>>;
interface Contestant {
  readonly name: string;
  readonly pid: number;
  readonly target: SwarmTarget;
  readonly samples: Sample[];
}

export const connectRate: Scenario = {
  name: "connect-rate",
  title: "Connect, token check and join, with a resumption ticket and without",
  options: { connections: 4_000, rounds: 5 },
  async run({ progress, option, peers }) {
    const count = option("connections");
    const rounds = option("rounds");
    await using stack = new AsyncDisposableStack();
    const system = stack.use(await LocalSystem.start());
    const bare = stack.use(await startPeer("bare-socket-io"));
    const { gateways, pids, redisUrl } = system.local();
    const tokens = guestTokens(system, await demoTenant(system), count, count / 2);
    const tickets = new Tickets([system.internalToken]);
    const ours = (name: string, auths: Record<string, unknown>[]): Contestant => ({
      name,
      pid: pids.gateways[0] ?? 0,
      target: {
        urls: gateways,
        count,
        namespace: "/guest",
        headers: [{ host: system.tenantHost }],
        auths,
        compression: false,
      },
      samples: [],
    });
    // The SDK has the api's ticket at its first handshake, so both say the same to a gateway.
    const ticketed = tokens.map((token) => ({
      token,
      ticket: ticketOf(token, system.keys, tickets, "guest"),
    }));
    const waiters = [
      ours("first time", ticketed),
      ours("coming back", ticketed),
      ours(
        "first time without a ticket",
        tokens.map((token) => ({ token })),
      ),
    ];
    const socketIo: Contestant = {
      name: "bare socket.io",
      pid: bare.pid,
      target: {
        urls: [`ws://127.0.0.1:${bare.port}`],
        count,
        namespace: "/",
        compression: false,
      },
      samples: [],
    };
    const others = [socketIo];
    if (peers.has("centrifugo")) {
      const centrifugo = stack.use(await startCentrifugo(redisUrl));
      const { pid, url } = centrifugo;
      const channels = Array.from({ length: count / 2 }, () => randomUUID());
      const auths = centrifugo.tokens(count, channels).map((token) => ({ token }));
      const target = { urls: [url], count, centrifugo: true, auths, compression: false };
      others.push({ name: "centrifugo", pid, target, samples: [] });
    }
    const all = [...waiters, ...others];
    // V8 compiles a server's code while it serves the first connections.
    for (const [index, contestant] of all.entries()) {
      progress.update(`warming: ${contestant.name}`, index, all.length);
      await rate(contestant.pid, contestant.target);
    }
    for (let round = 0; round < rounds; round += 1)
      for (const [index, contestant] of (round % 2 === 0 ? all : all.toReversed()).entries()) {
        progress.update("round", round * all.length + index, rounds * all.length);
        contestant.samples.push(await rate(contestant.pid, contestant.target));
      }
    const figures = others.flatMap((peer) =>
      waiters.map((contestant) => compareSpeed(contestant, peer)),
    );
    return {
      unit: "connections per CPU second",
      samples: Object.fromEntries(all.map(({ name, samples }) => [name, samples])),
      figures,
      bars: all.map((contestant) => ({ label: contestant.name, value: speed(contestant) })),
    };
  },
};

/** Median of the connections per CPU second of the server. */
const speed = ({ samples }: Contestant): number =>
  median(samples.map(({ perCpuSecond }) => perCpuSecond));

function compareSpeed(contestant: Contestant, peer: Contestant): Figure {
  const [value, theirs] = [speed(contestant), speed(peer)];
  const cost = mostTimes[`${contestant.name}, ${peer.name}`];
  return {
    name: `connections joined per server CPU second, ${contestant.name}`,
    value,
    unit: "/CPU s",
    peer: { name: peer.name, value: theirs },
    ratio: value / theirs,
    ...(cost !== undefined && {
      target: { text: `at most ${cost} x its CPU`, met: theirs / value <= cost },
    }),
  };
}

/** CPU per connection, as a multiple of the peer's. */
const mostTimes: Readonly<Record<string, number>> = {
  "first time, bare socket.io": 1.2,
  "coming back, bare socket.io": 1,
  "first time, centrifugo": 1.1,
  "coming back, centrifugo": 0.9,
};
