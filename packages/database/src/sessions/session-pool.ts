import pg from "pg";
import { FairSlots } from "./fair-slots.ts";
import { isUnavailable, sqlStateOf, WrongServerError } from "../failures.ts";
import { Session } from "./session.ts";
import type { TransactionLimits } from "./transaction-limits.ts";

/** Limits of one pool. Times in ms. */
export interface PoolOptions {
  readonly url: string;
  /** Most connections. */
  readonly max: number;
  /** Shown in pg_stat_activity. */
  readonly name: string;
  /** Longest wait of a caller for a connection. */
  readonly connectTimeoutMs?: number;
  /**
   * Client-side limit of one statement, COMMIT included: bounds the wait for a server that hangs.
   * Keep it above the server-side limits, so that no backend works on for a caller that has left.
   */
  readonly queryTimeoutMs?: number;
  /** Most connections of one tenant while others wait, in percent of `max`; at least one. */
  readonly tenantSharePercent?: number;
}

/** Current use of a pool, for `/api/health/db-pool` and the gauge. */
export interface PoolCounts {
  readonly total: number;
  readonly idle: number;
  readonly active: number;
  /** Callers waiting for a connection. */
  readonly waiting: number;
  readonly max: number;
}

/** A session for one user at a time. */
export interface LeasedSession {
  readonly session: Session;
  /** Returns the session to the pool, or closes it when it is unusable. */
  readonly release: () => void;
}

const int8 = 20;

/** seq and counts stay far below 2^53, so int8 is parsed as a number. */
const types = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === int8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** New connections to try when a load balancer or a DNS name leads to a standby. */
const freshAttempts = 5;

/**
 * The connections of one role to one database. Hands out only sessions on a server that accepts
 * writes, shared fairly between tenants.
 *
 * When one session turns out to be on a wrong server, every other session is verified at its next
 * use: a fail-over seldom concerns one connection alone.
 */
export class SessionPool {
  readonly #pool: pg.Pool;
  readonly #slots: FairSlots;
  readonly #connectTimeoutMs: number;
  #suspectSince = 0;
  #ended: Promise<void> | undefined;

  constructor(options: PoolOptions, limits: TransactionLimits) {
    this.#connectTimeoutMs = options.connectTimeoutMs ?? 5_000;
    this.#pool = new pg.Pool({
      connectionString: options.url,
      max: options.max,
      application_name: options.name,
      connectionTimeoutMillis: this.#connectTimeoutMs,
      query_timeout: options.queryTimeoutMs ?? 15_000,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      pipeline: true,
      types,
      Client: Session,
      onConnect: async (client: Session) => {
        await client.verify();
        await client.setLimits(limits);
      },
    } as unknown as pg.PoolConfig);
    this.#pool.on("error", () => undefined);
    const share = Math.floor((options.max * (options.tenantSharePercent ?? 30)) / 100);
    this.#slots = new FairSlots({ total: options.max, share: Math.max(1, share) });
  }

  /** Waits for a session. `owner` is the tenant's id, or a name for work that belongs to none. */
  async acquire(owner: string): Promise<LeasedSession> {
    const giveBack = await this.#slots.acquire(owner, this.#connectTimeoutMs);
    try {
      const session = await this.#connect();
      let released = false;
      return {
        session,
        release: () => {
          if (released) return;
          released = true;
          if (session.isOnWrongServer) this.#suspectAll();
          (session as unknown as pg.PoolClient).release(session.isUnusable);
          giveBack();
        },
      };
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  /** Verifies every session before its next use if the error says that a server refuses writes. */
  note(error: unknown): void {
    if (error instanceof WrongServerError || sqlStateOf(error) === "25006") this.#suspectAll();
  }

  #suspectAll(): void {
    this.#suspectSince = performance.now();
  }

  /** Tries further sessions while the one at hand is dead or on a wrong server. */
  async #connect(): Promise<Session> {
    const deadline = performance.now() + this.#connectTimeoutMs;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#connectOnce();
      if (outcome instanceof Session) return outcome;
      if (attempt >= this.#pool.options.max + freshAttempts || performance.now() > deadline)
        throw outcome.error;
    }
  }

  /** Resolves with the error when another session may still work. */
  async #connectOnce(): Promise<Session | { readonly error: unknown }> {
    let client: pg.PoolClient;
    try {
      client = await this.#pool.connect();
    } catch (error) {
      if (!(error instanceof WrongServerError)) throw error;
      this.#suspectAll();
      return { error };
    }
    const session = client as unknown as Session;
    if (!session.isUnusable && session.isVerifiedSince(this.#suspectSince)) return session;
    try {
      await session.verify();
      return session;
    } catch (error) {
      client.release(true);
      if (!isUnavailable(error)) throw error;
      return { error };
    }
  }

  counts(): PoolCounts {
    const { totalCount, idleCount, waitingCount, options } = this.#pool;
    return {
      total: totalCount,
      idle: idleCount,
      active: totalCount - idleCount,
      waiting: waitingCount + this.#slots.waiting,
      max: options.max,
    };
  }

  /** Closes the connections, once. */
  end(): Promise<void> {
    return (this.#ended ??= this.#pool.end());
  }
}
