import { createHash } from "node:crypto";
import type { RedisReply } from "rate-limit-redis";

/** The part of an ioredis client that limits use. */
export interface RawClient {
  call(command: string, ...args: string[]): Promise<unknown>;
}

interface Command {
  readonly command: string[];
}

/**
 * Sends the limiter's commands without needing Redis at the start: SCRIPT LOAD is answered here (a
 * script's name is its SHA-1), and a server that lacks the script (new, restarted, another node of
 * a cluster) receives its text.
 */
export function commandSender(client: RawClient): (details: Command) => Promise<RedisReply> {
  const scripts = new Map<string, string>();
  return async ({ command: [name = "", ...args] }) => {
    if (name === "SCRIPT") {
      const script = args[1] ?? "";
      const sha = createHash("sha1").update(script).digest("hex");
      scripts.set(sha, script);
      return sha;
    }
    try {
      return (await client.call(name, ...args)) as RedisReply;
    } catch (error) {
      const script = scripts.get(args[0] ?? "");
      if (
        name !== "EVALSHA" ||
        script === undefined ||
        !(error instanceof Error) ||
        !error.message.startsWith("NOSCRIPT")
      )
        throw error;
      return (await client.call("EVAL", script, ...args.slice(1))) as RedisReply;
    }
  };
}
