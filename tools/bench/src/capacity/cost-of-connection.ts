import { kernelBytes } from "../kernel-memory.ts";
import { cpuSeconds } from "../process-stats.ts";
import { LocalSystem } from "../system/local-system.ts";
import { Swarm } from "../swarm/swarm.ts";
import { demoTenant, guestTokens } from "../system/tokens.ts";

/** Between two pings of a guest that bears `silenceMs`, as the SDK's do, ms. */
export const heartbeatMs = 47_000;
const silenceMs = 52_000;

export interface CostOfConnection {
  /** CPU seconds that one heartbeat of one idle connection costs the gateway. */
  readonly heartbeat: number;
  /** What the kernel holds for the gateway's end of it. */
  readonly kernelBytes: number;
}

export async function costOfConnection(sockets: number): Promise<CostOfConnection> {
  await using system = await LocalSystem.start();
  const { gateways, pids } = system.local();
  const tokens = guestTokens(system, await demoTenant(system), sockets, sockets / 2);
  const overOneInterval = async (): Promise<number> => {
    const before = cpuSeconds(pids.gateways[0] ?? 0);
    await new Promise((resolve) => setTimeout(resolve, heartbeatMs));
    return cpuSeconds(pids.gateways[0] ?? 0) - before;
  };
  const alone = await overOneInterval();
  await using swarm = new Swarm(1);
  const kernelBefore = kernelBytes();
  await swarm.connect({
    urls: gateways,
    count: sockets,
    namespace: "/guest",
    headers: [{ host: system.tenantHost }],
    auths: tokens.map((token) => ({ token, silenceMs })),
    compression: false,
  });
  // What connecting leaves to collect is no heartbeat's.
  await overOneInterval();
  return {
    heartbeat: ((await overOneInterval()) - alone) / sockets,
    // The swarm's end is on this machine too.
    kernelBytes: Math.max(0, kernelBytes() - kernelBefore) / sockets / 2,
  };
}
