import { Cluster, type Redis } from "ioredis";

/**
 * Collects the commands that a client sends before the next tick in one write per connection:
 * system calls are most of a command's cost. Order and answers stay as they are.
 */
export function writeTogether(client: Redis | Cluster): void {
  if (client instanceof Cluster) client.on("+node", (node: Redis) => corkUntilNextTick(node));
  else corkUntilNextTick(client);
}

function corkUntilNextTick(client: Redis): void {
  let corked = false;
  const send = client.sendCommand.bind(client);
  client.sendCommand = (command, stream) => {
    const { stream: own } = client;
    if (!corked && own?.writable === true) {
      corked = true;
      own.cork();
      process.nextTick(() => {
        corked = false;
        own.uncork();
      });
    }
    return send(command, stream);
  };
}
