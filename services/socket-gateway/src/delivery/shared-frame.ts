import { deflateMessage } from "../engine/deflate-message.ts";
import { encodeTextFrame } from "../engine/ws-internals.ts";

/** Frames of one broadcast, built once and shared by every recipient. */
export interface SharedFrame {
  /** For connections without compression. */
  readonly plain: Buffer;
  /** For connections with compression; below the threshold the plain frame. */
  compressed(): Buffer;
}

export interface CompressionOptions {
  readonly enabled: boolean;
  /** Payloads below this many bytes are not compressed. */
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
