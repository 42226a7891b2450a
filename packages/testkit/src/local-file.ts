/** What the launcher writes to `.waiter/local.json`, as far as tests and benches use it. */
export interface LocalFile {
  readonly origin: string;
  readonly tenantOrigin: string;
  /** Of the first table. */
  readonly tableToken: string;
  readonly guestUrl: string;
  readonly boardUrl: string;
  readonly staffMembers: readonly {
    readonly email: string;
    readonly password: string;
    readonly role: string;
  }[];
  readonly tables: readonly { readonly label: string; readonly token: string }[];
  /** The first of `apis`. */
  readonly api: string;
  readonly apis: readonly string[];
  readonly gateways: readonly string[];
  readonly worker: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** A service that is being started again is null for a moment. */
  readonly pids: {
    readonly apis: readonly number[];
    readonly gateways: readonly number[];
    readonly worker: number;
    readonly postgres: number | null;
    readonly redis: number | null;
  };
}
