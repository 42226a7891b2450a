import { constants, deflateRawSync } from "node:zlib";

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
