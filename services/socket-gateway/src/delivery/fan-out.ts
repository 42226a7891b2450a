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
  /** Writes to every connection, in order with whatever was sent to it before. */
  deliver(
    encodedPackets: readonly unknown[],
    connections: readonly EngineConnection[],
    flags?: BroadcastFlags,
  ): void;
}

/**
 * Fan-out at the cost of raw ws: the frame is encoded (and compressed) once, and written straight to each connection
 * that has nothing queued; every other connection takes Socket.IO's ordinary path.
 *
 * Order: the direct path is taken only when engine.io's queue is empty and its transport has finished its last write, so
 * nothing sent earlier can still be above the socket; what is sent later goes into the same socket after it.
 * Back-pressure: a stalled client looks idle to engine.io on the direct path, so what its TCP socket still holds is checked too; over
 * the limit the connection is ended (see `WriteBufferLimit`).
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
    // Binary packets come as several parts: they have no shared frame.
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

  /** Socket.IO's ordinary path: what its `Client` does with a pre-encoded packet. */
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

/** Nothing sent earlier waits above the WebSocket. */
const isIdle = (connection: EngineConnection): boolean =>
  connection.transport.writable &&
  connection.writeBuffer.length === 0 &&
  connection.readyState === "open";

/** It is open and not stalled. ws' own queue, for messages being compressed, is always empty here: see `SyncDeflate`. */
const canTake = (socket: RawSocket, limitBytes: number): boolean =>
  socket.readyState === open && socket._socket.writableLength < limitBytes;
