import type { Lifecycle } from "@waiter/lifecycle";
import { connectRedis, type RedisConnection } from "./connection.ts";
import type { RedisConnectionOptions } from "./connection-options.ts";

/** What all Redis connections of a process have in common. */
export interface RedisConnectorOptions extends Pick<
  RedisConnectionOptions,
  "logger" | "metrics" | "certificates" | "maxReconnectAttempts"
> {
  readonly lifecycle: Pick<Lifecycle, "defer">;
}

/** What one of them has of its own. */
export type OwnOptions = Omit<RedisConnectionOptions, keyof RedisConnectorOptions>;

/** @returns a function that opens a connection of the process; its lifecycle closes it. */
export const redisConnector =
  ({ lifecycle, ...common }: RedisConnectorOptions) =>
  (own: OwnOptions): RedisConnection => {
    const connection = connectRedis({ ...common, ...own });
    lifecycle.defer(`redis ${own.name}`, () => connection.close());
    return connection;
  };
