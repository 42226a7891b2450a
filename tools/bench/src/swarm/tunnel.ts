import type { Socket } from "node:net";
import { Duplex } from "node:stream";

/** Length that says: the stream has ended. */
const ended = 0xffff_ffff;
const headerBytes = 8;

/** One connection inside a tunnel. To `node:http` and `ws` it is a socket. */
export class TunnelStream extends Duplex {
  readonly remoteAddress = "127.0.0.1";
  readonly #send: (payload: Buffer | undefined) => void;

  constructor(send: (payload: Buffer | undefined) => void) {
    super();
    this.#send = send;
  }

  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  override _read(): void {
    // What arrives is pushed.
  }
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#send(chunk);
    done();
  }
  /** What was written together arrives in one read, as by TCP: ws writes a frame in two parts. */
  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: () => void): void {
    this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk)));
    done();
  }
  override _final(done: () => void): void {
    this.#send(undefined);
    done();
  }
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.writableEnded) this.#send(undefined);
    done(error);
  }
}

/**
 * Many connections over one, because a process may open 20,000 files on small machines. A frame is
 * the stream's number, the payload's length and the payload.
 */
export class Tunnel {
  readonly #socket: Socket;
  readonly #streams = new Map<number, TunnelStream>();
  readonly #onStream: ((stream: TunnelStream) => void) | undefined;
  #next = 1;
  #isCorked = false;
  #rest: Buffer = Buffer.alloc(0);

  /** @param onStream gets each stream that the other side opens. */
  constructor(socket: Socket, onStream?: (stream: TunnelStream) => void) {
    this.#socket = socket;
    this.#onStream = onStream;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", () => socket.destroy());
    socket.once("close", () => {
      for (const stream of this.#streams.values()) stream.destroy();
    });
  }

  open(): TunnelStream {
    return this.#make(this.#next++);
  }

  #make(id: number): TunnelStream {
    const stream = new TunnelStream((payload) => this.#send(id, payload));
    this.#streams.set(id, stream);
    stream.once("close", () => this.#streams.delete(id));
    return stream;
  }

  #send(id: number, payload: Buffer | undefined): void {
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#socket.cork();
      process.nextTick(() => {
        this.#isCorked = false;
        this.#socket.uncork();
      });
    }
    const header = Buffer.allocUnsafe(headerBytes);
    header.writeUInt32BE(id, 0);
    header.writeUInt32BE(payload?.length ?? ended, 4);
    this.#socket.write(header);
    if (payload !== undefined) this.#socket.write(payload);
  }

  #receive(chunk: Buffer): void {
    let data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (data.length >= headerBytes) {
      const [id, length] = [data.readUInt32BE(0), data.readUInt32BE(4)];
      const end = headerBytes + (length === ended ? 0 : length);
      if (data.length < end) break;
      this.#take(id, length === ended ? null : data.subarray(headerBytes, end));
      data = data.subarray(end);
    }
    this.#rest = data;
  }

  #take(id: number, payload: Buffer | null): void {
    let stream = this.#streams.get(id);
    if (stream === undefined) {
      if (payload === null || this.#onStream === undefined) return;
      stream = this.#make(id);
      this.#onStream(stream);
    }
    stream.push(payload);
  }
}
