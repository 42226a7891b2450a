import { setImmediate as turn, setTimeout as delay } from "node:timers/promises";

/** Announcements in one turn of the event loop: each writes to a socket. */
const announcedPerTurn = 200;

export interface DrainOptions<Connection> {
  /** Connections still open. */
  readonly connections: () => readonly Connection[];
  /** Tells a connection's sockets when to reconnect, in ms from now. */
  readonly announce: (connection: Connection, reconnectInMs: number) => void;
  readonly close: (connection: Connection) => void;
  readonly windowMs: number;
  readonly tickMs?: number;
  readonly now?: () => number;
  readonly sleep?: (ms: number) => Promise<unknown>;
  /** Resolves in the next turn of the event loop. */
  readonly nextTurn?: () => Promise<unknown>;
  readonly random?: () => number;
}

/**
 * Closes all connections of this process spread evenly, with jitter, over the window, so that the
 * remaining gateways do not get a burst of reconnects. Each client receives its time in the first
 * moments, 200 clients per turn of the event loop, and may leave earlier. Resolves when no
 * connection is left. It closes the connection, not the socket: socket.io-client does not reconnect
 * after `disconnect`.
 */
export async function drainConnections<Connection>(
  options: DrainOptions<Connection>,
): Promise<void> {
  const {
    connections,
    announce,
    close,
    windowMs,
    tickMs = 100,
    now = () => performance.now(),
    sleep = delay,
    nextTurn = () => turn(),
    random = Math.random,
  } = options;
  const begin = now();
  const planned = shuffle(connections(), random);
  const turns = planned.map((_, index) =>
    Math.round(((index + random()) / planned.length) * windowMs),
  );
  for (const [index, connection] of planned.entries()) {
    if (index > 0 && index % announcedPerTurn === 0) await nextTurn();
    announce(connection, Math.max(0, (turns[index] ?? 0) - (now() - begin)));
  }

  let next = 0;
  while (connections().length > 0 && now() - begin < windowMs) {
    for (; next < planned.length && (turns[next] ?? 0) <= now() - begin; next += 1)
      close(planned[next] as Connection);
    if (connections().length > 0)
      await sleep(Math.min(tickMs, Math.max(1, windowMs - (now() - begin))));
  }
  // Connections whose handshake was under way when the drain began.
  for (const connection of connections()) close(connection);
}

function shuffle<T>(items: readonly T[], random: () => number): T[] {
  const shuffled = [...items];
  for (let index = shuffled.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [shuffled[index], shuffled[other]] = [shuffled[other] as T, shuffled[index] as T];
  }
  return shuffled;
}
