import { Cluster, type Redis } from "ioredis";

/**
 * Collects the commands that a client sends in one turn of the event loop in one write per
 * connection: system calls, here and at Redis, are most of a command's cost. They leave once the
 * turn's other input is handled, before the loop waits again. Order and answers stay as they are.
 */
export function writeTogether(client: Redis | Cluster): void {
  if (client instanceof Cluster) client.on("+node", (node: Redis) => corkForTurn(node));
  else corkForTurn(client);
}

function corkForTurn(client: Redis): void {
  let corked = false;
  const send = client.sendCommand.bind(client);
  client.sendCommand = (command, stream) => {
    const { stream: own } = client;
    if (!corked && own?.writable === true) {
      corked = true;
      own.cork();
      setImmediate(() => {
        corked = false;
        own.uncork();
      });
    }
    return send(command, stream);
  };
}
