import { inTurns } from "@waiter/lifecycle";
import { encodeText, rawSocketOf, type EngineConnection } from "./ws-internals.ts";

export interface HeartbeatOptions {
  readonly pingIntervalMs: number;
  /** Time for the answer to a ping; without it the connection ends. */
  readonly pingTimeoutMs: number;
  /** Ends a connection that reads too slowly. @returns whether it did. */
  readonly endSlow: (connection: EngineConnection) => boolean;
}

/** What engine.io does for the heartbeat of one connection. */
interface BeatingConnection extends EngineConnection {
  pingIntervalTimer: NodeJS.Timeout | null;
  sendPacket(type: "ping"): void;
  onClose(reason: "ping timeout"): void;
  on(event: "heartbeat", listener: (this: BeatingConnection) => void): unknown;
  beat?: Beat;
}
interface Beat {
  readonly connection: BeatingConnection;
  readonly slot: number;
  /** Tick of the ping that waits for its answer; `answered` when none does. */
  askedAt: number;
  /** Bytes received at that tick; `extended` when the wait was extended. */
  received: number;
}

/** Shortest time between two ticks, of an interval that is not shorter. */
const shortestTickMs = 50;
/**
 * Ticks of an interval at most. A tick that pings many connections costs less for each than many
 * ticks that ping few: the process wakes up less often.
 */
const mostTicks = 200;
const pingsPerTurn = 100;
/** Packet `2` of engine.io's protocol 4. */
const pingFrame = encodeText("2");
/** `readyState` of a WebSocket. */
const open = 1;
const answered = -1;
const extended = -1;

/**
 * The heartbeats of all connections on one timer, in the place of engine.io's two timers for each:
 * a timing wheel (Varghese and Lauck, 1987) whose slots are the ticks of one ping interval.
 *
 * A connection is pinged once per interval, and not again before it has answered. A connection that
 * does not answer within the timeout ends with `ping timeout`, as engine.io ends it, up to a tick
 * later. Other input
 * than the answer begins the timeout once more when it is noticed: with the next tick of the
 * connection's slot, or at the timeout. So a dead path is noticed within an interval and a timeout
 * after its last sign of life. At most 100 pings leave in one turn of the event loop. Once per
 * interval each connection, pinged or not, is looked at by `endSlow`, for what no later message to
 * it finds. A process that was stopped for more than an interval pings later, and counts only the
 * time that it ran.
 */
export class Heartbeats {
  readonly #slots: readonly Set<Beat>[];
  /** Beats whose timeout ends before the next look at their slot: pinged after its tick. */
  readonly #late = new Set<Beat>();
  readonly #tickMs: number;
  readonly #timeoutTicks: number;
  readonly #endSlow: HeartbeatOptions["endSlow"];
  #tick = 0;
  /** Time of the last tick, ms of `performance.now()`. */
  #tickedAt = 0;
  #connections = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor({ pingIntervalMs, pingTimeoutMs, endSlow }: HeartbeatOptions) {
    const slots = Math.min(mostTicks, Math.max(1, Math.floor(pingIntervalMs / shortestTickMs)));
    this.#slots = Array.from({ length: slots }, () => new Set());
    this.#tickMs = pingIntervalMs / slots;
    this.#timeoutTicks = Math.ceil(pingTimeoutMs / this.#tickMs);
    this.#endSlow = endSlow;
  }

  /** Takes over from engine.io, when the connection opens. Its first ping is an interval away. */
  add(engineConnection: EngineConnection): void {
    const connection = engineConnection as BeatingConnection;
    clearTimeout(connection.pingIntervalTimer ?? undefined);
    connection.pingIntervalTimer = null;
    connection.on("heartbeat", onHeartbeat);
    this.#take(connection);
  }

  /** Hands a connection over to other intervals, unless it has closed or left before. */
  move(engineConnection: EngineConnection, to: Heartbeats): void {
    if (this.remove(engineConnection)) to.#take(engineConnection as BeatingConnection);
  }

  #take(connection: BeatingConnection): void {
    const slot = this.#tick % this.#slots.length;
    connection.beat = { connection, slot, askedAt: answered, received: 0 };
    this.#slots[slot]?.add(connection.beat);
    this.#connections += 1;
    if (this.#timer !== undefined) return;
    this.#tickedAt = performance.now();
    this.#timer = setInterval(() => void this.#turn(), this.#tickMs).unref();
  }

  /** The connection has closed. @returns whether it was here. */
  remove(engineConnection: EngineConnection): boolean {
    const { beat } = engineConnection as BeatingConnection;
    if (beat === undefined || this.#slots[beat.slot]?.delete(beat) !== true) return false;
    this.#late.delete(beat);
    this.#connections -= 1;
    if (this.#connections > 0) return true;
    clearInterval(this.#timer);
    this.#timer = undefined;
    return true;
  }

  #turn(): Promise<void> {
    const passed = Math.floor((performance.now() - this.#tickedAt) / this.#tickMs);
    this.#tickedAt += passed * this.#tickMs;
    const due: Beat[] = [];
    for (let left = Math.min(passed, this.#slots.length); left > 0; left -= 1) {
      this.#tick += 1;
      this.#endSilent();
      for (const beat of this.#slotAt(this.#tick)) {
        extend(beat, this.#tick);
        due.push(beat);
      }
    }
    return inTurns(due, pingsPerTurn, (slice) => {
      for (const beat of slice)
        if (!this.#endSlow(beat.connection) && beat.askedAt === answered) ask(beat, this.#tick);
    });
  }

  /** Looks at what was pinged late, and at the slot that was pinged a timeout ago. */
  #endSilent(): void {
    for (const beat of this.#late) {
      if (this.#leftOf(beat) > 0) continue;
      this.#late.delete(beat);
      this.#endIfSilent(beat);
    }
    for (const beat of this.#slotAt(this.#tick - this.#timeoutTicks)) {
      const left = this.#leftOf(beat);
      if (left <= 0) this.#endIfSilent(beat);
      else if (left < this.#slots.length) this.#late.add(beat);
    }
  }

  #endIfSilent(beat: Beat): void {
    if (beat.askedAt !== answered && !extend(beat, this.#tick))
      beat.connection.onClose("ping timeout");
  }

  /** Ticks until the timeout; 0 or less also for an answered ping. */
  #leftOf({ askedAt }: Beat): number {
    return askedAt === answered ? 0 : askedAt + this.#timeoutTicks - this.#tick;
  }

  #slotAt(tick: number): Set<Beat> {
    const { length } = this.#slots;
    return this.#slots[((tick % length) + length) % length] ?? new Set();
  }
}

/**
 * Begins the timeout once more, if other input than the answer came.
 *
 * @returns whether it did.
 */
function extend(beat: Beat, tick: number): boolean {
  if (beat.askedAt === answered || beat.received === extended) return false;
  if (beat.received === receivedBy(beat.connection)) return false;
  Object.assign(beat, { askedAt: tick, received: extended });
  return true;
}

function onHeartbeat(this: BeatingConnection): void {
  if (this.beat !== undefined) this.beat.askedAt = answered;
}

function ask(beat: Beat, tick: number): void {
  const { connection } = beat;
  beat.askedAt = tick;
  beat.received = receivedBy(connection);
  const socket = rawSocketOf(connection);
  const isIdle = connection.readyState === "open" && connection.writeBuffer.length === 0;
  if (isIdle && socket?.readyState === open) socket._socket.write(pingFrame);
  else connection.sendPacket("ping");
}

/** Bytes that the connection's WebSocket has received; 0 for polling. */
function receivedBy(connection: EngineConnection): number {
  const socket = rawSocketOf(connection);
  return socket?.readyState === open ? socket._socket.bytesRead : 0;
}
