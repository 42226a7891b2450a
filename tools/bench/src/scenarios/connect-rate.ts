import { startPeer } from "../peers/peer.ts";
import { cpuSeconds } from "../process-stats.ts";
import { median, type Scenario } from "../scenario.ts";
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

export const connectRate: Scenario = {
  name: "connect-rate",
  title: "Connect, ES256 check and join",
  options: { connections: 4_000, rounds: 3 },
  async run({ progress, option }) {
    const count = option("connections");
    const rounds = option("rounds");
    await using system = await LocalSystem.start();
    await using bare = await startPeer("bare-socket-io");
    const tokens = guestTokens(system, await demoTenant(system), count, count / 2);
    const { gateways, pids } = system.local();
    const ours: { perSecond: number; perCpuSecond: number }[] = [];
    const theirs: typeof ours = [];
    for (let round = 0; round < rounds; round += 1) {
      progress.update("round", round, rounds);
      ours.push(
        await rate(pids.gateways[0] ?? 0, {
          urls: gateways,
          count,
          namespace: "/guest",
          headers: [{ host: system.tenantHost }],
          auths: tokens.map((token) => ({ token })),
          compression: false,
        }),
      );
      theirs.push(
        await rate(bare.pid, {
          urls: [`ws://127.0.0.1:${bare.port}`],
          count,
          namespace: "/",
          compression: false,
        }),
      );
    }
    const figure = (
      name: string,
      unit: string,
      pick: (sample: { perSecond: number; perCpuSecond: number }) => number,
    ) => {
      const value = median(ours.map(pick));
      const peer = median(theirs.map(pick));
      const ratio = value / peer;
      return {
        name,
        value,
        unit,
        peer: { name: "bare socket.io", value: peer },
        ratio,
        target: { text: "at least 0.6 x", met: ratio >= 0.6 },
      };
    };
    const figures = [
      figure("connections joined per second", "/s", (sample) => sample.perSecond),
      figure("connections joined per server CPU second", "/CPU s", (sample) => sample.perCpuSecond),
    ];
    return {
      unit: "connections per second",
      samples: { ours, theirs },
      figures,
      bars: [
        { label: "Waiter", value: figures[0]?.value ?? 0 },
        { label: "bare socket.io", value: figures[0]?.peer.value ?? 0 },
      ],
    };
  },
};
