import { constants, inflateRawSync } from "node:zlib";
import type { ConnectionBudget } from "./connection-budget.ts";
import type { InputTurns, WaitingInput } from "./input-turns.ts";
import type { ReadTaker } from "./shared-reads.ts";
import {
  Receiver,
  receiverStates,
  type Callback,
  type EngineConnection,
  type GuardedSocket,
} from "./ws-internals.ts";

/** What the receivers of all connections share. */
export interface ReceiverGuard {
  readonly turns: InputTurns;
  /** The connection exceeded its budget and ends. */
  readonly onExceeded: (connection: EngineConnection | undefined) => void;
}

/** Of a masked text frame of one character, `3` of engine.io's protocol 4. */
const [pongBytes, pongPacket] = [7, 0x33];
const pong = Object.freeze({ type: "pong" });
/** `_opcode` after the client closed: what follows does not count. */
const closeFrame = 8;

/** The end of every message, which permessage-deflate removes (RFC 7692, 7.2.1). */
const trailer = Buffer.from([0, 0, 0xff, 0xff]);

/**
 * The receiver of ws with a budget: it counts every frame, control frames included, before any
 * handler sees it; it processes messages in turns (`InputTurns`); and it inflates a message as a
 * whole, within the largest size allowed at that moment and within its turn.
 *
 * ws constructs its receiver itself, so {@link receiverGuard} changes the prototype of that object.
 */
class GuardedReceiver extends Receiver implements WaitingInput, ReadTaker {
  declare webSocket: GuardedSocket;
  declare guard: ReceiverGuard;
  /** Turn in which the last message was processed. */
  declare lastTurn: number;
  declare isGranted: boolean;
  declare isPaused: boolean;
  /** The callback of the chunk whose message waits for its turn. */
  declare waiting: Callback | undefined;
  /** Compressed fragments of the current message, before its last one. */
  declare deflated: Buffer[] | undefined;

  get budget(): ConnectionBudget<EngineConnection> {
    return this.webSocket.budget;
  }

  /** What the connection's TCP socket has read. */
  override write(chunk: Buffer): boolean {
    return this.takePong(chunk, chunk.length) || super.write(chunk);
  }

  /**
   * Processes the pong of engine.io, if the read is nothing else and the receiver waits for a
   * frame: at rest nearly all reads are. It allocates nothing and takes no turn, because a read is
   * one pong at most. It counts as every message does; where the budget is spent, or before a user
   * is known, `write` takes it.
   */
  takePong(read: Uint8Array, length: number): boolean {
    if (length !== pongBytes || read[0] !== 0x81 || read[1] !== 0x81) return false;
    if (((read[2] ?? 0) ^ (read[6] ?? 0)) !== pongPacket) return false;
    const isBetweenFrames =
      this._state === receiverStates.getInfo && this._bufferedBytes === 0 && this._fragmented === 0;
    const { transport } = this.webSocket;
    if (!isBetweenFrames || transport === undefined || this._opcode === closeFrame) return false;
    if (this._errored || !this.writable || this.writableLength > 0) return false;
    if (!this.budget.takeWithin(1)) return false;
    transport.onPacket(pong);
    return true;
  }

  override haveLength(done: Callback): void {
    if (!this.budget.takeBytes(this._payloadLength)) return this.exceed(done);
    this._maxPayload = this.budget.messageBytes;
    super.haveLength(done);
  }

  override getData(done: Callback): void {
    if (this._bufferedBytes < this._payloadLength) return super.getData(done);
    if (!this.mayProcess()) {
      this.waiting = done;
      this._state = receiverStates.deferEvent;
      if (this.budget.isJoined) this.guard.turns.waitJoined(this);
      else this.guard.turns.waitHandshake(this);
      return;
    }
    if (!this.budget.takeMessage()) return this.exceed(done);
    super.getData(done);
    // A view of the received chunk, which it would keep in memory until the next frame.
    this._mask = undefined;
  }

  override decompress(data: Buffer, done: Callback): void {
    if (!this._fin) {
      (this.deflated ??= []).push(data);
      this._state = receiverStates.getInfo;
      return;
    }
    const deflated = Buffer.concat([...(this.deflated ?? []), data, trailer]);
    this.deflated = undefined;
    let message: Buffer;
    try {
      message = inflateRawSync(deflated, {
        finishFlush: constants.Z_SYNC_FLUSH,
        ...(this._maxPayload > 0 ? { maxOutputLength: this._maxPayload } : {}),
      });
    } catch (error) {
      return done(this.inflateError(error as NodeJS.ErrnoException));
    }
    const inflated = message.length - deflated.length;
    if (inflated > 0 && !this.budget.takeBytes(inflated)) return this.exceed(done);
    if (message.length > 0) {
      this._messageLength = message.length;
      this._fragments.push(message);
    }
    this.dataMessage(done);
  }

  /** Processes the waiting message. */
  run(): void {
    const done = this.waiting;
    if (done === undefined) return;
    this.waiting = undefined;
    if (this.isPaused) {
      this.isPaused = false;
      this.webSocket.resume();
    }
    // The input of a connection that closed before its user was known is of no use.
    if (this.webSocket._socket.destroyed && !this.budget.isJoined) return this.cutOff(done);
    this.isGranted = true;
    this._state = receiverStates.getData;
    this.startLoop(done);
  }

  pause(): void {
    this.isPaused = true;
    this.webSocket.pause();
  }

  private mayProcess(): boolean {
    if (this.isGranted) {
      this.isGranted = false;
      this.lastTurn = this.guard.turns.turn;
      return true;
    }
    if (!this.budget.isJoined || this.lastTurn === this.guard.turns.turn) return false;
    this.lastTurn = this.guard.turns.begin();
    return true;
  }

  private exceed(done: Callback): void {
    this.guard.onExceeded(this.budget.connection);
    this.cutOff(done);
  }

  /** Ends the connection at once: a closing handshake would wait for a client that ignores it. */
  private cutOff(done: Callback): void {
    this.webSocket.terminate();
    done(this.createError(RangeError, "Too much input", false, 1008, "WAITER_ERR_TOO_MUCH_INPUT"));
  }

  /** The errors, codes included, that ws gives for the same input. */
  private inflateError({ code, message }: NodeJS.ErrnoException): Error {
    return code === "ERR_BUFFER_TOO_LARGE"
      ? this.createError(
          RangeError,
          "Max payload size exceeded",
          false,
          1009,
          "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH",
        )
      : this.createError(Error, message, false, 1007, code ?? "Z_DATA_ERROR");
  }
}

/**
 * @returns a function that puts the receiver of a WebSocket under its budget, before it has read
 * anything, and returns it. What is the same for all is in their prototype: a property costs each
 * connection.
 */
export function receiverGuard(guard: ReceiverGuard): (webSocket: GuardedSocket) => ReadTaker {
  const prototype: object = Object.assign(Object.create(GuardedReceiver.prototype), {
    guard,
    lastTurn: -1,
    isGranted: false,
    isPaused: false,
    waiting: undefined,
    deflated: undefined,
  });
  return (webSocket) => {
    const receiver = webSocket._receiver as GuardedReceiver;
    receiver.webSocket = webSocket;
    Object.setPrototypeOf(receiver, prototype);
    return receiver;
  };
}
