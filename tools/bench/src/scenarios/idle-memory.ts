import { once } from "node:events";
import { createBridgedEmitter } from "@waiter/emitter-bridge";
import { Redis } from "ioredis";
import { payloadOf, startPeer } from "../peers/peer.ts";
import { residentBytes, settledResidentBytes } from "../process-stats.ts";
import type { Figure, Scenario } from "../scenario.ts";
import { Swarm, type SwarmTarget } from "../swarm/swarm.ts";
import { LocalSystem } from "../system/local-system.ts";
import { demoTenant, guestTokens } from "../system/tokens.ts";

/**
 * Resident bytes per connection of the process `pid`, once `target` is connected to it, and `tell`
 * has told all of them something.
 */
async function perConnection(
  pid: number,
  target: SwarmTarget,
  tell?: () => Promise<unknown>,
): Promise<number> {
  await using warm = new Swarm(1);
  await warm.connect({ ...target, count: 200 });
  const before = await settledResidentBytes(pid);
  await using swarm = new Swarm(2);
  const { open, failed, lastError } = await swarm.connect(target);
  if (open < target.count)
    throw new Error(`${failed} of ${target.count} connections failed: ${lastError}`);
  if (tell !== undefined) {
    const want = swarm.counts.messages + open;
    await tell();
    await swarm.until(({ messages }) => messages >= want, 60_000);
  }
  await settledResidentBytes(pid);
  return (residentBytes(pid) - before) / target.count;
}

/**
 * Memory of guests on a gateway of their own: what earlier connections left behind would count for
 * these.
 */
async function waiterGuests(count: number, compression: boolean): Promise<number> {
  await using system = await LocalSystem.start();
  const tokens = guestTokens(system, await demoTenant(system), count, count / 2);
  const { gateways, pids, redisUrl } = system.local();
  const redis = new Redis(redisUrl);
  await once(redis, "ready");
  const target = {
    urls: gateways,
    count,
    namespace: "/guest",
    headers: [{ host: system.tenantHost }],
    auths: tokens.map((token) => ({ token })),
    compression,
  };
  const tell = compression
    ? () => createBridgedEmitter(redis).of("/guest").emit("bench", payloadOf(3_000, 1))
    : undefined;
  const bytes = await perConnection(pids.gateways[0] ?? 0, target, tell);
  redis.disconnect();
  return bytes;
}

export const idleMemory: Scenario = {
  name: "idle-memory",
  title: "Idle memory per connection",
  options: { connections: 10_000 },
  async run({ progress, option }) {
    const count = option("connections");
    progress.update(`${count} joined guests on the gateway`, 0, 3);
    const ours = await waiterGuests(count, false);
    progress.update(`${count} connections on bare socket.io`, 1, 3);
    await using bare = await startPeer("bare-socket-io");
    const theirs = await perConnection(bare.pid, {
      urls: [`ws://127.0.0.1:${bare.port}`],
      count,
      namespace: "/",
      compression: false,
    });
    progress.update(
      `${count} joined guests that negotiated compression, after a broadcast of 3 KB`,
      2,
      3,
    );
    const compressed = await waiterGuests(count, true);
    const figure = (
      name: string,
      value: number,
      peer: { name: string; value: number },
      most: number,
    ): Figure => ({
      name,
      value,
      unit: "bytes",
      peer,
      ratio: value / peer.value,
      target: { text: `at most ${most} x`, met: value / peer.value <= most },
    });
    return {
      unit: "bytes",
      bars: [
        { label: "Waiter, authenticated, joined", value: ours },
        { label: "bare socket.io", value: theirs },
        { label: "Waiter, compression negotiated and used", value: compressed },
      ],
      figures: [
        figure(
          `RSS per idle guest, ${count} guests, ${count / 2} tables`,
          ours,
          { name: "bare socket.io", value: theirs },
          1,
        ),
        figure(
          "the same with compression, after a broadcast of 3 KB",
          compressed,
          { name: "Waiter without compression", value: ours },
          1.1,
        ),
      ],
    };
  },
};
