import { startPeer } from "../peers/peer.ts";
import { residentBytes, settledResidentBytes } from "../process-stats.ts";
import type { Scenario } from "../scenario.ts";
import { Swarm, type SwarmTarget } from "../swarm/swarm.ts";
import { LocalSystem } from "../system/local-system.ts";
import { demoTenant, guestTokens } from "../system/tokens.ts";

/** Resident bytes per connection of the process `pid`, once `target` is connected to it. */
async function perConnection(pid: number, target: SwarmTarget): Promise<number> {
  await using warm = new Swarm(1);
  await warm.connect({ ...target, count: 200 });
  const before = await settledResidentBytes(pid);
  await using swarm = new Swarm(2);
  const { open, failed, lastError } = await swarm.connect(target);
  if (open < target.count) throw new Error(`${failed} of ${target.count} connections failed: ${lastError}`);
  await settledResidentBytes(pid);
  return (residentBytes(pid) - before) / target.count;
}

export const idleMemory: Scenario = {
  name: "idle-memory",
  title: "Idle memory per connection",
  async run({ progress, option }) {
    const count = option("connections", 10_000);
    progress.update("starting Waiter");
    await using system = await LocalSystem.start();
    const tokens = guestTokens(system, await demoTenant(system), count, count / 2);
    const { gateways, pids } = system.local();
    progress.update(`${count} joined guests on the gateway`);
    const ours = await perConnection(pids.gateways[0] ?? 0, {
      urls: gateways,
      count,
      namespace: "/guest",
      headers: [{ host: system.tenantHost }],
      auths: tokens.map((token) => ({ token })),
      compression: false,
    });
    progress.update(`${count} connections on bare socket.io`);
    await using bare = await startPeer("bare-socket-io");
    const theirs = await perConnection(bare.pid, { urls: [`ws://127.0.0.1:${bare.port}`], count, namespace: "/", compression: false });
    const ratio = ours / theirs;
    return {
      unit: "bytes",
      bars: [
        { label: "Waiter, authenticated, joined", value: ours },
        { label: "bare socket.io", value: theirs },
      ],
      figures: [
        {
          name: `RSS per idle guest, ${count} guests, ${count / 2} tables`,
          value: ours,
          unit: "bytes",
          peer: { name: "bare socket.io", value: theirs },
          ratio,
          target: { text: "at most 1.0 x", met: ratio <= 1 },
        },
      ],
    };
  },
};
