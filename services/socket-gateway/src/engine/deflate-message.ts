import { constants, deflateRawSync } from "node:zlib";

/**
 * One message of permessage-deflate without context takeover (RFC 7692, 7.2.1): a flushed raw
 * deflate without its last four bytes. Synchronous: see `SyncDeflate`. The window is as small as
 * the message allows: a small window costs less to set up, and any 15-bit inflater reads it.
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
