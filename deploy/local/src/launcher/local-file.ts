import type { Demo } from "../seed/seed-demo.ts";

/**
 * `.waiter/local.json`: all that a test or a load generator needs to know of the running system.
 */
export interface LocalFile {
  readonly origin: string;
  /** The demo restaurant's own origin. */
  readonly tenantOrigin: string;
  readonly guestUrl: string;
  readonly boardUrl: string;
  readonly tableToken: string;
  readonly staff: { readonly email: string; readonly password: string };
  readonly staffMembers: readonly {
    readonly email: string;
    readonly password: string;
    readonly role: string;
  }[];
  readonly tables: Demo["tables"];
  /** The services' own origins, ops routes included. */
  readonly api: string;
  readonly apis: readonly string[];
  readonly gateways: readonly string[];
  readonly worker: string;
  readonly databaseUrl: string;
  readonly migrationDatabaseUrl: string;
  readonly relayDatabaseUrl: string;
  readonly redisUrl: string;
  readonly queueRedisUrl: string;
  readonly platformAdminToken: string;
  /** Null for what is not running, or not ours. */
  readonly pids: {
    readonly launcher: number;
    readonly api: number | null;
    readonly apis: readonly (number | null)[];
    readonly gateways: readonly (number | null)[];
    readonly worker: number | null;
    readonly postgres: number | null;
    readonly redis: number | null;
  };
}
