import {
  rawSocketOf,
  terminateConnection,
  type EngineConnection,
  type QueuedPacket,
} from "../engine/ws-internals.ts";

interface Count {
  readonly buffer: readonly QueuedPacket[];
  counted: number;
  bytes: number;
}

/** Connections for which less waits are not counted in the sum, as a share of the limit of one. */
const smallShare = 1 / 64;

/**
 * Limits the bytes that wait for one connection over both write paths: engine.io's `writeBuffer`
 * (queued path) and the `bufferedAmount` of ws (written but not yet taken by the kernel, the only
 * sign of a stalled client on the direct path). Socket.IO has no such limit. A connection above it
 * is terminated; its client reconnects and resumes.
 *
 * Answers that wait for all connections are limited as well: beyond the sum those with the most end
 * until three quarters are left. Broadcasts do not count towards it, their bytes are shared.
 *
 * engine.io replaces `writeBuffer` with a new array at each flush, so the count continues where it
 * stopped: constant time per message, and no state for a connection that never queued.
 */
export class WriteBufferLimit {
  readonly #counts = new WeakMap<EngineConnection, Count>();
  /** Terminated connections that have not closed yet: each is counted once. */
  readonly #ended = new WeakSet<EngineConnection>();
  /** What waited for a connection after its last answer, where that is much. */
  readonly #answers = new Map<EngineConnection, number>();
  #total = 0;
  readonly #limit: number;
  readonly #most: number;
  readonly #onSlow: (connection: EngineConnection) => void;

  /**
   * @param limitBytes what may wait for one connection.
   * @param mostBytes what may wait of answers for all connections together.
   */
  constructor(
    limitBytes: number,
    mostBytes: number,
    onSlow: (connection: EngineConnection) => void,
  ) {
    this.#limit = limitBytes;
    this.#most = mostBytes;
    this.#onSlow = onSlow;
  }

  get bytes(): number {
    return this.#limit;
  }

  /** Terminates the connection if more than the limit waits for it. @returns whether it did. */
  enforce(connection: EngineConnection): boolean {
    if (this.#ended.has(connection)) return true;
    if (connection.readyState !== "open" || this.waiting(connection) <= this.#limit) return false;
    this.#end(connection);
    return true;
  }

  /** To be called once an answer was written to the connection: {@link enforce}, and the sum. */
  answered(connection: EngineConnection): void {
    if (this.enforce(connection) || connection.readyState !== "open") return;
    this.#count(connection, this.waiting(connection));
    if (this.#total > this.#most) this.#endSlowest();
  }

  /** The connection has closed. */
  forget(connection: EngineConnection): void {
    this.#count(connection, 0);
  }

  #count(connection: EngineConnection, bytes: number): void {
    const before = this.#answers.get(connection) ?? 0;
    const now = bytes < smallShare * this.#limit ? 0 : bytes;
    this.#total += now - before;
    if (now > 0) this.#answers.set(connection, now);
    else if (before > 0) this.#answers.delete(connection);
  }

  #endSlowest(): void {
    // Most have read since.
    for (const connection of this.#answers.keys())
      this.#count(connection, this.waiting(connection));
    if (this.#total <= this.#most) return;
    for (const [connection] of [...this.#answers].toSorted(([, a], [, b]) => b - a)) {
      if (this.#total <= 0.75 * this.#most) return;
      this.forget(connection);
      this.#end(connection);
    }
  }

  #end(connection: EngineConnection): void {
    this.#ended.add(connection);
    this.#onSlow(connection);
    terminateConnection(connection);
  }

  /** Bytes that wait for the connection. */
  waiting(connection: EngineConnection): number {
    return (rawSocketOf(connection)?.bufferedAmount ?? 0) + this.#queued(connection);
  }

  #queued(connection: EngineConnection): number {
    const buffer = connection.writeBuffer;
    if (buffer.length === 0) return 0;
    let count = this.#counts.get(connection);
    if (count?.buffer !== buffer) {
      count = { buffer, counted: 0, bytes: 0 };
      this.#counts.set(connection, count);
    }
    for (; count.counted < buffer.length; count.counted += 1)
      count.bytes += packetBytes(buffer[count.counted]);
    return count.bytes;
  }
}

/** Strings count by length: nearly all payload is ASCII, and an exact count would encode it. */
function packetBytes(packet: QueuedPacket | undefined): number {
  const frame = packet?.options?.wsPreEncodedFrame;
  if (frame !== undefined) return frame.reduce((sum, part) => sum + part.length, 0);
  if (typeof packet?.data === "string") return packet.data.length;
  return Buffer.isBuffer(packet?.data) ? packet.data.length : 1;
}
