import { deflateMessage } from "./deflate-message.ts";
import { PerMessageDeflate } from "./ws-internals.ts";

type Done = (error: Error | null, data?: Buffer) => void;

/**
 * The sending half of permessage-deflate for one connection. It keeps no zlib state between
 * messages and never leaves a message pending; the receiving half is in `GuardedReceiver`.
 *
 * - Memory: ws keeps a deflater (256 KB) and an inflater (about 40 KB) per connection from its
 *   first message on, even without context takeover. Here each message has its own, freed at once.
 * - Order: ws deflates on the thread pool and queues later messages, but a pre-encoded frame
 *   bypasses that queue (`Sender.sendFrame`) and would overtake a message that is still being
 *   deflated.
 *
 * The price is main-thread time for large direct messages; a broadcast is compressed once for all.
 */
export class SyncDeflate extends PerMessageDeflate {
  /** A message of fewer bytes is not compressed. */
  readonly thresholdBytes: number;

  constructor(options: { readonly threshold: number; readonly [option: string]: unknown }) {
    super(options);
    this.thresholdBytes = options.threshold;
  }

  /**
   * Negotiates. @returns false if no offer fits, so that the connection is not compressed.
   * @throws if an offer is invalid.
   */
  acceptFitting(offers: readonly object[]): boolean {
    const params = this.normalizeParams(offers);
    const fitting = params.filter((offer) => !("server_max_window_bits" in offer));
    if (fitting.length === 0) return false;
    this.params = this.acceptAsServer(fitting);
    return true;
  }

  override compress(data: Buffer | string, fin: boolean, done: Done): void {
    // The Sender of ws fragments only blobs and streams, which Engine.IO never sends.
    if (!fin) return super.compress(data, fin, done);
    done(null, deflateMessage(typeof data === "string" ? Buffer.from(data) : data));
  }
}
