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

/**
 * Limits the bytes that wait for one connection over both write paths: engine.io's `writeBuffer`
 * (queued path) and the `bufferedAmount` of ws (written but not yet taken by the kernel, the only
 * sign of a stalled client on the direct path). Socket.IO has no such limit. A connection above it
 * is terminated; its client reconnects and resumes.
 *
 * engine.io replaces `writeBuffer` with a new array at each flush, so the count continues where it
 * stopped: constant time per message, and no state for a connection that never queued.
 */
export class WriteBufferLimit {
  readonly #counts = new WeakMap<EngineConnection, Count>();
  /** Terminated connections that have not closed yet: each is counted once. */
  readonly #ended = new WeakSet<EngineConnection>();
  readonly #limit: number;
  readonly #onSlow: (connection: EngineConnection) => void;

  constructor(limitBytes: number, onSlow: (connection: EngineConnection) => void) {
    this.#limit = limitBytes;
    this.#onSlow = onSlow;
  }

  get bytes(): number {
    return this.#limit;
  }

  /** Terminates the connection if more than the limit waits for it. @returns whether it did. */
  enforce(connection: EngineConnection): boolean {
    if (this.#ended.has(connection)) return true;
    if (connection.readyState !== "open" || this.waiting(connection) <= this.#limit) return false;
    this.#ended.add(connection);
    this.#onSlow(connection);
    terminateConnection(connection);
    return true;
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
