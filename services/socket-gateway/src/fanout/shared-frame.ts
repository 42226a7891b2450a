import { constants, deflateRawSync } from "node:zlib";
import { encodeTextFrame } from "./ws-internals.ts";

/** Frames of one broadcast, built once and shared by every recipient. */
export interface SharedFrame {
  /** For connections without compression. */
  readonly plain: Buffer;
  /** For connections that negotiated compression; the plain frame when compressing does not pay. */
  compressed(): Buffer;
}

export interface CompressionOptions {
  readonly enabled: boolean;
  /** Payloads below this many bytes go out as they are. */
  readonly thresholdBytes: number;
}

/** Encodes a Socket.IO text packet as an Engine.IO message ("4") in a WebSocket frame. */
export function createSharedFrame(
  encodedPacket: string,
  compression: CompressionOptions,
): SharedFrame {
  const payload = Buffer.from(`4${encodedPacket}`);
  const plain = encodeTextFrame(payload, false);
  if (!compression.enabled || payload.length < compression.thresholdBytes)
    return { plain, compressed: () => plain };
  let compressed: Buffer | undefined;
  return {
    plain,
    compressed: () => (compressed ??= encodeTextFrame(deflateMessage(payload), true)),
  };
}

/**
 * One message of permessage-deflate without context takeover (RFC 7692, 7.2.1): a raw deflate, flushed, less its last
 * four bytes. Synchronous on purpose: see `SyncDeflate`. The window is no larger than the message needs: a smaller one
 * costs less to set up, and any inflater of 15 bits reads it.
 */
export function deflateMessage(payload: Buffer): Buffer {
  const windowBits = Math.min(15, Math.max(9, Math.ceil(Math.log2(payload.length + 1))));
  const deflated = deflateRawSync(payload, {
    finishFlush: constants.Z_SYNC_FLUSH,
    windowBits,
    memLevel: Math.min(8, windowBits - 6),
  });
  return deflated.subarray(0, -4);
}
