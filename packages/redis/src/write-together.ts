import type { Duplex } from "node:stream";
import { Cluster, type Redis } from "ioredis";

/**
 * ms that commands wait for more of their turn. A turn handles the input of all sockets that have
 * some, so under a rush of thousands of them it takes longer than a command may.
 */
const longestWaitMs = 5;

/**
 * Collects the commands that a client sends in one turn of the event loop in one write per
 * connection: system calls, here and at Redis, are most of a command's cost. They leave once the
 * turn's other input is handled, before the loop waits again; in a long turn with a command that
 * comes 5 ms after them. Order and answers stay as they are.
 */
export function writeTogether(client: Redis | Cluster): void {
  if (client instanceof Cluster) client.on("+node", (node: Redis) => corkForTurn(node));
  else corkForTurn(client);
}

function corkForTurn(client: Redis): void {
  let corked: Duplex | undefined;
  let corkedAt = 0;
  const send = client.sendCommand.bind(client);
  const uncork = (): void => {
    corked?.uncork();
    corked = undefined;
  };
  client.sendCommand = (command, stream) => {
    const { stream: own } = client;
    if (corked !== undefined) {
      const now = performance.now();
      if (now - corkedAt >= longestWaitMs) {
        corkedAt = now;
        corked.uncork();
        corked.cork();
      }
    } else if (own?.writable === true) {
      corked = own;
      corkedAt = performance.now();
      own.cork();
      setImmediate(uncork);
    }
    return send(command, stream);
  };
}
