/**
 * One process of the swarm: opens the connections that its parent orders, counts what arrives. Ends
 * with its parent.
 */
import { connect } from "node:net";
import { WebSocket } from "ws";
import { openConnection } from "./connection.ts";
import type { ConnectOrder, Order, Report, SwarmCounts } from "./messages.ts";
import { Tunnel } from "./tunnel.ts";

const counts: { -readonly [K in keyof SwarmCounts]: SwarmCounts[K] } = {
  open: 0,
  failed: 0,
  closed: 0,
  reconnected: 0,
  messages: 0,
  bytes: 0,
  cycles: 0,
};
const sockets = new Set<WebSocket>();
let closing = false;
let order: ConnectOrder | undefined;
const tunnels = new Map<string, Tunnel>();

function tunnelTo(path: string): Tunnel {
  const tunnel = tunnels.get(path) ?? new Tunnel(connect(path));
  tunnels.set(path, tunnel);
  return tunnel;
}

const tell = (report: Report): void => {
  // A parent that has ended needs no report.
  process.send?.(report, () => undefined);
};

/** @param turn how many addresses further than its own the connection goes. */
async function open(target: ConnectOrder, index: number, turn = 0): Promise<void> {
  const url = target.urls[(index + turn) % target.urls.length];
  if (url === undefined) throw new Error("no url to connect to");
  const auth = target.auths?.[index];
  const headers = target.headers?.[index % target.headers.length];
  const socket = await openConnection(
    {
      url,
      localAddress: `127.0.${target.network}.${1 + (index % 250)}`,
      compression: target.compression,
      ...(target.namespace === undefined ? {} : { namespace: target.namespace }),
      ...(target.centrifugo === true && { centrifugo: true }),
      ...(auth ? { auth } : {}),
      ...(headers ? { headers } : {}),
      ...(target.tunnel === undefined ? {} : { stream: tunnelTo(target.tunnel).open() }),
    },
    {
      onMessage: (bytes) => {
        counts.messages += 1;
        counts.bytes += bytes;
      },
      onClose: (closed) => {
        if (!sockets.delete(closed)) return;
        counts.open -= 1;
        counts.closed += 1;
        if (!closing && target.reconnectAfterMs !== undefined)
          void comeBack(target, index, target.reconnectAfterMs);
      },
    },
  );
  sockets.add(socket);
  counts.open += 1;
}

/**
 * Reconnects with full jitter, waiting twice as long (30 s at most) after each refusal, as the SDK
 * does; each time to the next address, as a load balancer would send it.
 */
async function comeBack(target: ConnectOrder, index: number, waitMs: number): Promise<void> {
  for (let wait = waitMs, turn = 1; !closing; wait = Math.min(30_000, wait * 2), turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, wait * (1 + Math.random())));
    try {
      await open(target, index, turn);
      counts.reconnected += 1;
      return;
    } catch (error) {
      counts.lastError = String(error);
    }
  }
}

async function inParallel(
  total: number,
  concurrency: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < total && !closing; index = next++) {
      try {
        await work(index);
      } catch (error) {
        counts.failed += 1;
        counts.lastError = String(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, total) }, lane));
}

async function carryOut(message: Order): Promise<void> {
  if (message.kind === "connect") {
    order = message;
    await inParallel(message.count, message.concurrency, (index) => open(message, index));
  } else if (message.kind === "churn" && order) {
    const target = order;
    await inParallel(message.cycles, target.concurrency, async (index) => {
      await open(target, index % target.count);
      // A socket that is closing already would not count: their number would grow.
      const live = [...sockets].filter(({ readyState }) => readyState === WebSocket.OPEN);
      live[Math.floor(Math.random() * live.length)]?.close();
      counts.cycles += 1;
    });
  } else {
    closing = true;
    for (const socket of sockets) socket.terminate();
  }
  tell({ kind: "done", counts });
}

process.on("message", (message: Order) => void carryOut(message));
process.on("disconnect", () => process.exit());
setInterval(() => tell({ kind: "counts", counts }), 200);
