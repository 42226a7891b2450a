import { withTimeout } from "@waiter/lifecycle";
import { createClient } from "./create-client.ts";
import { isLoginRefused } from "./refusals.ts";
import type { RedisCertificates } from "./tls-options.ts";

/** Redis refuses the user or the password of a URL. */
export class RedisLoginRefusedError extends Error {
  constructor(variable: string, cause: Error) {
    super(`${variable}: ${cause.message}`, { cause });
    this.name = "RedisLoginRefusedError";
  }
}

interface Login {
  readonly url: string;
  /** Names the URL in errors. */
  readonly variable: string;
  readonly certificates?: RedisCertificates;
  /** ms in which Redis is asked again until it answers; 5,000. */
  readonly timeoutMs?: number;
}

/**
 * Logs in once and disconnects. Throws {@link RedisLoginRefusedError} when Redis refuses the login,
 * and an error that names the variable when Redis did not answer in time.
 */
export async function checkRedisLogin(login: Login): Promise<void> {
  const { url, variable, timeoutMs = 5_000, ...certificates } = login;
  const client = createClient(
    { url, name: "waiter-login", role: "command", connectTimeoutMs: timeoutMs, ...certificates },
    { delay: () => 250 },
  );
  const answered = Promise.withResolvers<void>();
  let last: Error | undefined;
  const note = (error: Error): void => {
    last = error;
    if (isLoginRefused(error)) answered.reject(error);
  };
  client.on("ready", () => answered.resolve());
  client.on("error", note);
  // Of a Cluster, whose own error only says that no node answered.
  client.on("node error", note);
  void client.connect().catch(() => undefined);
  try {
    await withTimeout(answered.promise, timeoutMs);
  } catch (error) {
    if (error instanceof Error && isLoginRefused(error))
      throw new RedisLoginRefusedError(variable, error);
    const cause = last ?? (error as Error);
    throw new Error(`${variable}: ${cause.message}`, { cause });
  } finally {
    client.disconnect();
  }
}
