import { createSharedFrame, type CompressionOptions } from "./shared-frame.ts";
import type { WriteBufferLimit } from "./write-buffer.ts";
import {
  negotiatedCompression,
  rawSocketOf,
  type EngineConnection,
  type RawSocket,
} from "../engine/ws-internals.ts";

const open = 1;

export interface BroadcastFlags {
  readonly volatile?: boolean | undefined;
  readonly compress?: boolean | undefined;
}

/** Writes one encoded packet to many local connections. */
export interface FanOut {
  /** Writes to every connection, after everything sent to it before. */
  deliver(
    encodedPackets: readonly unknown[],
    connections: readonly EngineConnection[],
    flags?: BroadcastFlags,
  ): void;
}

/**
 * Fan-out at the cost of raw ws: the frame is encoded (and compressed) once and written directly to
 * each connection with an empty queue; other connections take Socket.IO's queued path.
 *
 * Order: the direct path requires that engine.io's queue is empty and its transport has finished
 * its last write, so no earlier message can still wait above the socket. Back-pressure: on the
 * direct path engine.io sees a stalled client as idle, so the bytes that its TCP socket still holds
 * are checked too; above the limit the connection ends (`WriteBufferLimit`).
 */
export class DirectFanOut implements FanOut {
  readonly #limit: WriteBufferLimit;
  readonly #compression: CompressionOptions;

  constructor(limit: WriteBufferLimit, compression: CompressionOptions) {
    this.#limit = limit;
    this.#compression = compression;
  }

  deliver(
    encodedPackets: readonly unknown[],
    connections: readonly EngineConnection[],
    flags: BroadcastFlags = {},
  ): void {
    const [packet] = encodedPackets;
    // Binary packets have several parts and no shared frame.
    const shared =
      encodedPackets.length === 1 && typeof packet === "string"
        ? createSharedFrame(packet, this.#compression)
        : undefined;
    const plain = shared?.plain;
    const compressed =
      flags.compress === false || shared?.compressed() === plain ? undefined : shared?.compressed();
    const limit = this.#limit.bytes;
    for (const connection of connections) {
      const socket = rawSocketOf(connection);
      const frame =
        compressed !== undefined && socket !== undefined && negotiatedCompression(socket)
          ? compressed
          : plain;
      if (
        frame !== undefined &&
        socket !== undefined &&
        isIdle(connection) &&
        canTake(socket, limit)
      )
        socket._socket.write(frame);
      else {
        this.#writeQueued(connection, encodedPackets, frame, flags);
        this.#limit.enforce(connection);
      }
    }
  }

  /** Socket.IO's queued path: what its `Client` does with a pre-encoded packet. */
  #writeQueued(
    connection: EngineConnection,
    encodedPackets: readonly unknown[],
    frame: Buffer | undefined,
    flags: BroadcastFlags,
  ): void {
    if (flags.volatile === true && !connection.transport.writable) return;
    const options = {
      compress: flags.compress,
      ...(frame === undefined ? {} : { wsPreEncodedFrame: [frame] }),
    };
    for (const packet of encodedPackets) connection.write(packet, options);
  }
}

/** No earlier message waits above the WebSocket. */
const isIdle = (connection: EngineConnection): boolean =>
  connection.transport.writable &&
  connection.writeBuffer.length === 0 &&
  connection.readyState === "open";

/** Open and not stalled. The queue of ws for compression is always empty: see `SyncDeflate`. */
const canTake = (socket: RawSocket, limitBytes: number): boolean =>
  socket.readyState === open && socket._socket.writableLength < limitBytes;
