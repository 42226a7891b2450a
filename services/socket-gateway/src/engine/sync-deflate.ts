import { constants, inflateRawSync } from "node:zlib";
import { deflateMessage } from "./deflate-message.ts";
import { PerMessageDeflate } from "./ws-internals.ts";

type Done = (error: Error | null, data?: Buffer) => void;

/**
 * permessage-deflate for one connection that keeps no zlib state between messages and never leaves
 * a message pending.
 *
 * - Memory: ws keeps a deflater (256 KB) and an inflater (about 40 KB) per connection from its
 *   first message on, even without context takeover. Here each message has its own, freed at once.
 * - Order: ws deflates on the thread pool and queues what follows, but a pre-encoded frame bypasses
 *   that queue (`Sender.sendFrame`) and would overtake a direct message still being deflated.
 *   Compressed within the call, nothing is ever pending, so what is sent first is written first.
 *
 * The price is the main thread's time for large direct messages; broadcasts, the bulk, are
 * compressed once for all.
 */
export class SyncDeflate extends PerMessageDeflate {
  readonly #maxMessageBytes: number;
  #fragmented = false;

  constructor(options: Record<string, unknown>) {
    super(options);
    this.#maxMessageBytes = Number(options.maxPayload) || 0;
  }

  override compress(data: Buffer | string, fin: boolean, done: Done): void {
    // ws' Sender fragments only blobs and streams, which Engine.IO never sends.
    if (!fin) return super.compress(data, fin, done);
    done(null, deflateMessage(typeof data === "string" ? Buffer.from(data) : data));
  }

  override decompress(data: Buffer, fin: boolean, done: Done): void {
    if (!fin || this.#fragmented) {
      this.#fragmented = !fin;
      return super.decompress(data, fin, fin ? this.#freeAfter(done) : done);
    }
    // In a later tick: ws' receiver does not expect an answer within the call.
    process.nextTick(inflateInto, this, data, done);
  }

  #freeAfter(done: Done): Done {
    return (error, data) => {
      this.cleanup();
      done(error, data);
    };
  }

  /**
   * One whole message. Bounded by the largest message allowed, so that a small frame cannot unfold
   * into memory.
   */
  inflate(data: Buffer): Buffer {
    return inflateRawSync(data, {
      finishFlush: constants.Z_SYNC_FLUSH,
      ...(this.#maxMessageBytes > 0 ? { maxOutputLength: this.#maxMessageBytes } : {}),
    });
  }
}

/** Not a method's closure: one for each connection would be memory. */
function inflateInto(deflate: SyncDeflate, data: Buffer, done: Done): void {
  let message: Buffer;
  try {
    message = deflate.inflate(data);
  } catch (error) {
    return done(error instanceof Error ? error : new Error(String(error)));
  }
  done(null, message);
}
