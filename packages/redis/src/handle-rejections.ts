import { Redis } from "ioredis";

interface PendingCommand {
  readonly promise: Promise<unknown>;
}
type Send = (this: Redis, command: PendingCommand, ...rest: unknown[]) => unknown;

/**
 * Handles each command's rejection, for every connection of ioredis in this process.
 *
 * ioredis drops the promises of commands that it sends itself: ASKING before a redirected command,
 * a renewal of subscriptions, SELECT. Where the connection breaks before their answer, a rejection
 * would end the process as unhandled. A caller that awaits a command still receives its rejection.
 */
export function handleRejections(): void {
  const send = Reflect.get(Redis.prototype, "sendCommand") as Send;
  Object.defineProperty(Redis.prototype, "sendCommand", {
    value: function (this: Redis, command: PendingCommand, ...rest: unknown[]) {
      command.promise.catch(() => undefined);
      return send.call(this, command, ...rest);
    },
    configurable: true,
    writable: true,
  });
}
