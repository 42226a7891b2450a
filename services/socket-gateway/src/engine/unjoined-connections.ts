import { terminateConnection, type EngineConnection } from "./ws-internals.ts";

interface Entry {
  readonly since: number;
  readonly block: string;
}

/**
 * Connections that are in no namespace. Each is terminated when it has been in none for
 * `timeoutMs`, whether it never joined or left. One timer serves all: their order is the order of
 * their ends.
 */
export class UnjoinedConnections {
  readonly #entries = new Map<EngineConnection, Entry>();
  /** Per address block, oldest first. */
  readonly #blocks = new Map<string, Set<EngineConnection>>();
  readonly #timeoutMs: number;
  readonly #blockOf: (connection: EngineConnection) => string;
  #timer: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number, blockOf: (connection: EngineConnection) => string) {
    this.#timeoutMs = timeoutMs;
    this.#blockOf = blockOf;
  }

  /** Connections of one address block, those that closed within the timeout included. */
  countOf(block: string): number {
    return this.#blocks.get(block)?.size ?? 0;
  }

  /** A connection is new, or has left its last namespace. */
  add(connection: EngineConnection, now = performance.now()): void {
    this.remove(connection);
    const block = this.#blockOf(connection);
    this.#entries.set(connection, { since: now, block });
    const members = this.#blocks.get(block);
    if (members === undefined) this.#blocks.set(block, new Set([connection]));
    else members.add(connection);
    this.#timer ??= setTimeout(() => this.#endDue(), this.#timeoutMs).unref();
  }

  /** A connection has joined a namespace, or closed. */
  remove(connection: EngineConnection): void {
    const entry = this.#entries.get(connection);
    if (entry === undefined) return;
    this.#entries.delete(connection);
    const members = this.#blocks.get(entry.block);
    members?.delete(connection);
    if (members?.size === 0) this.#blocks.delete(entry.block);
  }

  /**
   * Terminates the oldest connection, of one address block if given, so that a new one gets its
   * place.
   * @returns false if none is older than `minAgeMs`: a client needs some time to join.
   */
  evictOldest(minAgeMs: number, block?: string, now = performance.now()): boolean {
    const candidates = block === undefined ? this.#entries.keys() : (this.#blocks.get(block) ?? []);
    for (const connection of candidates) {
      if (now - (this.#entries.get(connection)?.since ?? now) < minAgeMs) return false;
      this.remove(connection);
      if (connection.readyState === "closed") continue;
      terminateConnection(connection);
      return true;
    }
    return false;
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #endDue(now = performance.now()): void {
    this.#timer = undefined;
    for (const [connection, { since }] of this.#entries) {
      const left = since + this.#timeoutMs - now;
      if (left > 0) {
        this.#timer = setTimeout(() => this.#endDue(), left).unref();
        return;
      }
      this.remove(connection);
      terminateConnection(connection);
    }
  }
}
