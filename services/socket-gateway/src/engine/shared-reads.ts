import { Socket } from "node:net";
import type { Duplex } from "node:stream";

/** Gets what was read before anything copies it. @returns whether it has taken all of it. */
export interface ReadTaker {
  takePong(read: Uint8Array, length: number): boolean;
}

/** The members of a TCP socket that `net.connect({ onread })` sets. */
interface OpenSocket extends Socket {
  readonly _handle: { useUserBuffer?(buffer: Buffer): void } | null;
  [member: symbol]: unknown;
  taker: ReadTaker;
}

/** As much as Node reads at once. */
const shared = Buffer.alloc(65_536);
/** Names of the members in `node:net`: the buffer, and what gets each read of it. */
const names = ["kBuffer", "kBufferCb"] as const;
let members: readonly symbol[] | undefined;

/**
 * Makes a TCP socket read into one buffer that all such sockets share, instead of 64 KB that Node
 * allocates for each read and shrinks. What `taker` does not take is copied and goes on as any read
 * does. Node has this for its clients alone (`onread`); a socket without its members, such as a
 * tunnel's or that of another version of Node, reads as before.
 */
export function shareReads(socket: Duplex, taker: ReadTaker): void {
  if (!(socket instanceof Socket)) return;
  const open = socket as OpenSocket;
  members ??= membersOf(open);
  const [buffer, callback] = members;
  if (buffer === undefined || callback === undefined) return;
  if (open[buffer] !== null || typeof open._handle?.useUserBuffer !== "function") return;
  open.taker = taker;
  open[buffer] = shared;
  open[callback] = onRead;
  open._handle.useUserBuffer(shared);
}

/** Both, or none. */
function membersOf(socket: Socket): symbol[] {
  const own = Object.getOwnPropertySymbols(socket);
  const found = names.map((name) => own.find(({ description }) => description === name));
  return found.flatMap((member) => member ?? []).slice(0, found.includes(undefined) ? 0 : 2);
}

/** @returns false to stop reading until the socket's reader asks for more. */
function onRead(this: OpenSocket, length: number): boolean {
  if (this.readableLength === 0 && !this.isPaused() && this.taker.takePong(shared, length))
    return true;
  // Memory of its own: a slice of a pool would keep the pool while a frame is incomplete.
  const read = Buffer.allocUnsafeSlow(length);
  shared.copy(read, 0, 0, length);
  return this.push(read);
}
