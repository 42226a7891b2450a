import type { Logger } from "@waiter/logger";
import type { Metrics } from "@waiter/metrics";
import type { RedisRole } from "./client-options.ts";
import type { RedisCertificates } from "./tls-options.ts";

export interface RedisConnectionOptions {
  readonly url: string;
  /** For a URL with TLS. */
  readonly certificates?: RedisCertificates;
  /** Label `client` of the metrics, and the connection's name in `CLIENT LIST`. */
  readonly name: string;
  readonly role: RedisRole;
  readonly logger: Logger;
  readonly metrics?: Pick<Metrics, "redisUp" | "redisReconnects"> | undefined;
  /** Attempts until the state is `failed`; 10. */
  readonly maxReconnectAttempts?: number;
  /** ms that a command of an impatient role may take; 500. */
  readonly commandTimeoutMs?: number;
  /** ms that a connection attempt may take, handshake included; 10,000. */
  readonly connectTimeoutMs?: number;
  /** ms between health PINGs; 30,000. */
  readonly pingIntervalMs?: number;
  /**
   * ms that a health PING may take before the connection counts as hung; 5,000, or the command
   * time-out where that is less.
   */
  readonly pingTimeoutMs?: number;
  /**
   * Whether ioredis renews subscriptions after a reconnect; true. A caller that renews and awaits
   * them itself says false.
   */
  readonly autoResubscribe?: boolean;
  /** Pause before the n-th attempt, ms; the schedule 1, 2, 4, 8, 16, 30 s. Tests shorten it. */
  readonly delayMs?: (attempt: number) => number;
}
