import { createSharedFrame, type CompressionOptions, type SharedFrame } from "./shared-frame.ts";
import type { WriteBufferLimit } from "./write-buffer.ts";
import { negotiatedCompression, rawSocketOf, type EngineConnection } from "./ws-internals.ts";

const open = 1;

/** A local recipient: the Socket.IO client behind a socket. */
export interface Recipient {
  readonly conn: EngineConnection;
  writeToEngine(encodedPackets: readonly unknown[], options: WriteOptions): void;
}
interface WriteOptions {
  preEncoded: boolean;
  volatile?: boolean | undefined;
  compress?: boolean | undefined;
  wsPreEncodedFrame?: readonly Buffer[];
}
export interface BroadcastFlags {
  readonly volatile?: boolean | undefined;
  readonly compress?: boolean | undefined;
}

/** Writes one encoded packet to many local connections. */
export interface FanOut {
  /** Writes to every recipient, in order with whatever was sent to it before. Returns how many there were. */
  deliver(encodedPackets: readonly unknown[], recipients: Iterable<Recipient>, flags?: BroadcastFlags): number;
}

/**
 * Fan-out at the cost of raw ws: the frame is encoded (and compressed) once, and written straight to each connection
 * that has nothing queued; every other connection takes Socket.IO's ordinary path.
 *
 * Order: the direct path is taken only when engine.io's queue is empty and its transport has finished its last write, so
 * nothing sent earlier can still be above the socket; what is sent later goes into the same socket after it.
 * Back-pressure: a stalled client looks idle to engine.io on the direct path, so `bufferedAmount` is checked too; over
 * the limit the connection is ended (see `WriteBufferLimit`).
 */
export class DirectFanOut implements FanOut {
  readonly #limit: WriteBufferLimit;
  readonly #compression: CompressionOptions;

  constructor(limit: WriteBufferLimit, compression: CompressionOptions) {
    this.#limit = limit;
    this.#compression = compression;
  }

  deliver(encodedPackets: readonly unknown[], recipients: Iterable<Recipient>, flags: BroadcastFlags = {}): number {
    const [packet] = encodedPackets;
    // Binary packets come as several parts: they have no shared frame.
    const frame = encodedPackets.length === 1 && typeof packet === "string" ? createSharedFrame(packet, this.#compression) : undefined;
    let count = 0;
    for (const recipient of recipients) {
      count += 1;
      if (frame !== undefined && this.#writeDirect(recipient.conn, frame, flags)) continue;
      recipient.writeToEngine(encodedPackets, this.#ordinaryOptions(recipient.conn, frame, flags));
      this.#limit.enforce(recipient.conn);
    }
    return count;
  }

  #writeDirect(connection: EngineConnection, frame: SharedFrame, flags: BroadcastFlags): boolean {
    if (connection.readyState !== "open" || connection.writeBuffer.length > 0 || !connection.transport.writable) return false;
    const socket = rawSocketOf(connection);
    if (socket === undefined || socket.readyState !== open || socket._sender === null) return false;
    if (socket.bufferedAmount >= this.#limit.bytes) return false;
    socket._sender.sendFrame([chooseFrame(socket, frame, flags)]);
    return true;
  }

  #ordinaryOptions(connection: EngineConnection, frame: SharedFrame | undefined, flags: BroadcastFlags): WriteOptions {
    const options: WriteOptions = { preEncoded: true, volatile: flags.volatile, compress: flags.compress };
    if (frame === undefined) return options;
    const socket = rawSocketOf(connection);
    options.wsPreEncodedFrame = [socket === undefined ? frame.plain : chooseFrame(socket, frame, flags)];
    return options;
  }
}

function chooseFrame(socket: Parameters<typeof negotiatedCompression>[0], frame: SharedFrame, flags: BroadcastFlags): Buffer {
  return flags.compress !== false && negotiatedCompression(socket) ? frame.compressed() : frame.plain;
}
