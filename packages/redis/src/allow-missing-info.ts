import { callbackify } from "node:util";
import { Cluster, Redis } from "ioredis";
import { helloField } from "./version.ts";

type Callback = (error: Error | null, answer?: string) => void;
type Info = (this: Redis | Cluster, ...args: unknown[]) => Promise<string>;

/**
 * Makes INFO optional for every client of ioredis in this process: when an ACL refuses INFO, the
 * answer has the fields that HELLO, which no ACL can refuse, reports: version and role.
 *
 * ioredis asks INFO before each connection is ready, and BullMQ asks it on the connections that it
 * duplicates itself. A refusal leaves BullMQ's worker without a connection, in a loop.
 */
export function allowMissingInfo(): void {
  for (const prototype of [Redis.prototype, Cluster.prototype])
    Object.defineProperty(prototype, "info", {
      value: replaceRefusal(Reflect.get(prototype, "info") as Info),
      configurable: true,
      writable: true,
    });
}

function replaceRefusal(info: Info): Info {
  return function (...args) {
    const callback = typeof args.at(-1) === "function" ? (args.pop() as Callback) : undefined;
    const answer = info.call(this, ...args).catch(async (error: unknown) => {
      if (!(error instanceof Error) || !error.message.startsWith("NOPERM")) throw error;
      return describe(await this.call("HELLO"));
    });
    if (callback !== undefined) callbackify(() => answer)(callback);
    return answer;
  };
}

function describe(hello: unknown): string {
  const role = helloField(hello, "role") === "master" ? "master" : "slave";
  const server = helloField(hello, "server") ?? "redis";
  return `${server}_version:${helloField(hello, "version") ?? ""}\r\nrole:${role}\r\n`;
}
