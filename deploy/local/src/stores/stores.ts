/** Connection URLs of one Postgres database, by role. */
export interface Databases {
  readonly migrationUrl: string;
  readonly appUrl: string;
  readonly relayUrl: string;
}

/**
 * A store that the launcher runs itself, or that the environment named (then it has no process).
 */
export interface StoreProcess {
  readonly pid: number | undefined;
  /** Resolves when it ended, never for a store that is not ours. */
  readonly exited: Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}
