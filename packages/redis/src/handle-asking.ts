import { Redis } from "ioredis";

type Asking = (this: Redis, ...args: unknown[]) => Promise<unknown>;

/**
 * Handles the rejections of ASKING, for every client of ioredis in this process.
 *
 * While a slot of a Cluster moves, ioredis sends ASKING before the redirected command and drops its
 * promise. Where the connection to the slot's next master breaks then, that rejection would end the
 * process as unhandled. The redirected command's caller receives the error.
 */
export function handleAsking(): void {
  const asking = Reflect.get(Redis.prototype, "asking") as Asking;
  Object.defineProperty(Redis.prototype, "asking", {
    value: function (this: Redis, ...args: unknown[]) {
      const answer = asking.call(this, ...args);
      answer.catch(() => undefined);
      return answer;
    },
    configurable: true,
    writable: true,
  });
}
