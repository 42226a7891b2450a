import type { Writable } from "node:stream";
import { SharedTimeout } from "@waiter/lifecycle";
import pg from "pg";
import { endsSession, WrongServerError } from "../failures.ts";
import { sendQuery, type RowShapes } from "./session-query.ts";
import { sendTogether } from "./session-unit.ts";
import type { Statement } from "./statement.ts";
import {
  limitSettings,
  planSettings,
  staleExpression,
  type TransactionLimits,
} from "./transaction-limits.ts";

interface ParameterStatus {
  readonly parameterName: string;
  readonly parameterValue: string;
}

/** The members of pg's Client that its types lack. */
interface Internals {
  readonly connection: NodeJS.EventEmitter & { readonly stream: Writable };
  readonly connectionParameters: { query_timeout: number | false };
}

/**
 * One connection to Postgres that knows whether it can still be used.
 *
 * Postgres reports `in_hot_standby` and `default_transaction_read_only` when a connection starts
 * and after every statement that follows a change. A pooler hides later changes: there {@link
 * verify} asks the server.
 */
export class Session extends pg.Client {
  readonly #readOnlyBy = new Set<string>();
  readonly #shapes: RowShapes = new Map();
  /** Ends the connection when a statement is not answered in `query_timeout`. */
  readonly #timeout: SharedTimeout | undefined;
  #majorVersion = 0;
  #broken = false;
  #pooled = false;
  #corked = false;
  /** When the server last said that it accepts writes, by the process's clock. */
  #verifiedAt = 0;

  constructor(config?: pg.ClientConfig) {
    super(config);
    const { connection, connectionParameters } = this as unknown as Internals;
    const timeoutMs = Number(connectionParameters.query_timeout || 0);
    this.#timeout = timeoutMs === 0 ? undefined : new SharedTimeout(timeoutMs);
    connectionParameters.query_timeout = 0;
    connection.on("parameterStatus", ({ parameterName, parameterValue }: ParameterStatus) => {
      if (parameterName === "server_version")
        this.#majorVersion = Number.parseInt(parameterValue, 10);
      if (parameterName !== "in_hot_standby" && parameterName !== "default_transaction_read_only")
        return;
      if (parameterValue === "on") this.#readOnlyBy.add(parameterName);
      else this.#readOnlyBy.delete(parameterName);
    });
    // A broken connection fails its query; without a listener the event would end the process.
    this.on("error", () => (this.#broken = true));
  }

  /** Postgres' major version, for example 17. */
  get majorVersion(): number {
    return this.#majorVersion;
  }

  /** The server is a standby or refuses writes: reads may be stale. */
  get isOnWrongServer(): boolean {
    return this.#readOnlyBy.size > 0;
  }

  /** Must be closed instead of returned to the pool. */
  get isUnusable(): boolean {
    return this.#broken || this.isOnWrongServer;
  }

  /**
   * Another process sits between this session and Postgres, so that reported parameters may be old.
   */
  get isPooled(): boolean {
    return this.#pooled;
  }

  isVerifiedSince(time: number): boolean {
    return this.#verifiedAt > time;
  }

  /** Runs one statement; after an error of a dead or wrong server the session is unusable. */
  async run<Row extends pg.QueryResultRow>(
    statement: Statement | string,
  ): Promise<pg.QueryResult<Row>> {
    this.#writeOnce();
    return await this.#watch(
      sendQuery<Row>(
        this,
        typeof statement === "string" ? { text: statement } : statement,
        this.#pooled ? new Map() : this.#shapes,
      ),
    );
  }

  /**
   * Runs statements that Postgres answers together. After a failure it skips those behind, which
   * fail with the same error.
   */
  runTogether(statements: readonly Statement[]): Promise<pg.QueryResult>[] {
    this.#writeOnce();
    return sendTogether(this, statements, this.#shapes).map((answer) => this.#watch(answer));
  }

  /** What is sent behind a statement without an answer waits too, so the connection ends. */
  async #watch<T>(answer: Promise<T>): Promise<T> {
    const expire = (): void => void this.#stream.destroy(new Error("Query read timeout"));
    this.#timeout?.begin(expire);
    try {
      return await answer;
    } catch (error) {
      if (endsSession(error)) this.#broken = true;
      throw error;
    } finally {
      this.#timeout?.end(expire);
    }
  }

  /**
   * Sets the server-side limits of every statement and transaction, and how this session plans.
   * Not behind a pooler, where a setting would stay with a connection that other clients share:
   * there each transaction sets its own.
   */
  async setLimits(limits: TransactionLimits): Promise<void> {
    if (this.#pooled) return;
    await this.run(
      [...limitSettings(limits, this.#majorVersion), ...planSettings]
        .map((one) => `SET ${one}`)
        .join("; "),
    );
  }

  /**
   * Collects what is sent before the next tick in one write: system calls are half of a command.
   */
  #writeOnce(): void {
    if (this.#corked) return;
    const stream = this.#stream;
    this.#corked = true;
    stream.cork();
    process.nextTick(() => {
      this.#corked = false;
      stream.uncork();
    });
  }

  /** TLS replaces it while the session connects. */
  get #stream(): Writable {
    return (this as unknown as Internals).connection.stream;
  }

  /** Closes the session at its release. */
  discard(): void {
    this.#broken = true;
  }

  /**
   * Throws {@link WrongServerError} when a statement was answered by a server that refuses writes.
   */
  refuseWrongServer(): void {
    if (!this.isOnWrongServer) return;
    throw new WrongServerError();
  }

  /** Throws when the session is on a wrong server or its connection is gone. */
  refuseUnusable(): void {
    this.refuseWrongServer();
    if (this.#broken) throw new Error("Connection terminated: the session was lost");
  }

  /**
   * Asks the server whether it accepts writes. Throws {@link WrongServerError} when it does not,
   * and leaves its transaction open: a pooler then closes its connection together with this one.
   */
  async verify(): Promise<void> {
    const startedAt = performance.now();
    // Several statements in one message have several results, which pg's types do not say.
    const results = (await this.run(
      `BEGIN READ ONLY; SELECT pg_backend_pid() AS pid, ${staleExpression} AS stale`,
    )) as unknown as pg.QueryResult<{ pid: number; stale: boolean }>[];
    const rows = results.at(-1)?.rows ?? [];
    const { processID } = this as unknown as { processID: number | null };
    this.#pooled = rows[0]?.pid !== processID;
    if (rows[0]?.stale !== false) {
      this.#broken = true;
      throw new WrongServerError();
    }
    await this.run("ROLLBACK");
    // A pooler repeats to each client what the first server of its pool reported.
    if (this.#pooled) this.#readOnlyBy.clear();
    this.refuseWrongServer();
    this.#verifiedAt = startedAt;
  }
}
