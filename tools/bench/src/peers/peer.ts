import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/**
 * What a peer server is asked: say `message` of `bytes` bytes to every connection, `count` times at
 * `perSecond`.
 */
export interface BroadcastOrder {
  readonly kind: "broadcast";
  readonly count: number;
  readonly bytes: number;
  readonly perSecond: number;
}

/** A server to compare with, in a process of its own. */
export interface Peer extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  broadcast(order: Omit<BroadcastOrder, "kind">): Promise<void>;
}

/** Starts `src/peers/<name>.ts`, which tells its port by IPC. */
export async function startPeer(name: string, env: Record<string, string> = {}): Promise<Peer> {
  const child: ChildProcess = fork(join(import.meta.dirname, `${name}.ts`), {
    execArgv: ["--conditions=source"],
    env: { ...process.env, NODE_ENV: "production", ...env },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const [ready] = (await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() =>
      Promise.reject(new Error(`the peer ${name} ended at its start`)),
    ),
  ])) as [{ port: number }];
  return {
    pid: child.pid ?? 0,
    port: ready.port,
    async broadcast(order) {
      child.send({ kind: "broadcast", ...order });
      await once(child, "message");
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

/** In a peer's process: tells the port, then carries out each broadcast order at its pace. */
export function servePeer(port: number, send: (payload: string) => void): void {
  process.on(
    "message",
    (order: BroadcastOrder) => void pace(order, send).then(() => process.send?.({ done: true })),
  );
  process.on("disconnect", () => process.exit());
  process.send?.({ port });
}

/** Calls `send` with a payload of `bytes` bytes, `count` times, `perSecond` times a second. */
export async function pace(
  order: Omit<BroadcastOrder, "kind">,
  send: (payload: string) => void,
): Promise<void> {
  const start = performance.now();
  for (let index = 0; index < order.count; index += 1) {
    const wait = start + (index * 1_000) / order.perSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    send(payloadOf(order.bytes, index));
  }
}

const words = [
  "table",
  "water",
  "bill",
  "waiter",
  "guest",
  "open",
  "level",
  "claimed",
  "version",
  "created",
];
/** JSON-like text of exactly `bytes` bytes, as compressible as our envelopes are. */
export function payloadOf(bytes: number, seed: number): string {
  let text = "";
  for (let index = seed; text.length < bytes; index += 1)
    text += `${words[index % words.length]}:${(index * 2_654_435_761) % 997},`;
  return text.slice(0, bytes);
}
