import type { BucketRate } from "./token-bucket.ts";

/** Limits of one connection. Sizes in bytes; a message is any WebSocket frame. */
export interface BudgetLimits {
  /** While the connection is in no namespace: messages in all, and the size of each inflated. */
  readonly handshakeMessages: number;
  readonly handshakeMessageBytes: number;
  /** Size of one inflated message of a joined connection. */
  readonly maxMessageBytes: number;
  /** Messages received. A command above the rate is refused; far above it the connection ends. */
  readonly messageRate: BucketRate;
  /** Bytes received, inflated; a connection above the rate ends. */
  readonly receivedByteRate: BucketRate;
  /** Bytes that the connection's own messages caused; above the rate commands are refused. */
  readonly answerByteRate: BucketRate;
}

/** How many bursts a connection may overdraw before it ends. */
const tolerance = 10;
/** A message in the units of its bucket, which are whole: they refill in fractions of a message. */
const message = 1_000;

/**
 * What one engine connection may send and cause, in messages and bytes of both directions. It
 * counts everything that the connection sends (commands, pings, packets of any namespace,
 * fragments) and only those bytes sent to it that answer its own messages, never broadcasts.
 */
export class ConnectionBudget<Connection extends object = object> {
  /** Set when engine.io has made a connection of the WebSocket. */
  connection: Connection | undefined;
  readonly #limits: BudgetLimits;
  #namespaces = 0;
  #handshakeMessages: number;
  // What is left of each rate. Small integers, as the time: V8 keeps them without an object each.
  #messages: number;
  #received: number;
  #answers: number;
  /** ms of the monotonic clock: the other one may be set back. */
  #refilledAt: number;

  constructor(limits: BudgetLimits, now = performance.now()) {
    this.#limits = limits;
    this.#handshakeMessages = limits.handshakeMessages;
    this.#messages = limits.messageRate.burst * message;
    this.#received = limits.receivedByteRate.burst;
    this.#answers = limits.answerByteRate.burst;
    this.#refilledAt = Math.floor(now);
  }

  /** Whether the connection is in a namespace, so that its user is known. */
  get isJoined(): boolean {
    return this.#namespaces > 0;
  }

  /** Largest message allowed now, inflated. */
  get messageBytes(): number {
    const { maxMessageBytes, handshakeMessageBytes } = this.#limits;
    return this.isJoined ? maxMessageBytes : Math.min(maxMessageBytes, handshakeMessageBytes);
  }

  /** Whether commands of this connection must be refused for now. */
  get isOverRate(): boolean {
    return this.#messages < 0 || this.#answers < 0;
  }

  join(): void {
    this.#namespaces += 1;
  }

  /** Outside of all namespaces the handshake's limits apply again. */
  leave(): void {
    this.#namespaces -= 1;
    if (this.#namespaces === 0) this.#handshakeMessages = this.#limits.handshakeMessages;
  }

  /** Counts a received message before it is read. False: the connection must end. */
  takeMessage(now = performance.now()): boolean {
    if (!this.isJoined) {
      this.#handshakeMessages -= 1;
      return this.#handshakeMessages >= 0;
    }
    this.#refill(now);
    this.#messages -= message;
    return this.#messages >= -tolerance * this.#limits.messageRate.burst * message;
  }

  /** Counts received bytes. False: the connection must end. */
  takeBytes(bytes: number, now = performance.now()): boolean {
    this.#refill(now);
    this.#received -= bytes;
    return this.#received >= 0;
  }

  /**
   * Counts a message of so many bytes, if the connection is in a namespace and within its rates.
   * False: nothing is counted.
   */
  takeWithin(bytes: number, now = performance.now()): boolean {
    if (!this.isJoined) return false;
    this.#refill(now);
    if (this.#messages < message || this.#received < bytes) return false;
    this.#messages -= message;
    this.#received -= bytes;
    return true;
  }

  /** Counts bytes of an answer to the connection. */
  chargeAnswer(bytes: number, now = performance.now()): void {
    this.#refill(now);
    this.#answers -= bytes;
  }

  #refill(now: number): void {
    const elapsedMs = Math.floor(now) - this.#refilledAt;
    if (elapsedMs <= 0) return;
    const { messageRate, receivedByteRate, answerByteRate } = this.#limits;
    this.#refilledAt += elapsedMs;
    this.#messages = refilled(this.#messages, messageRate, message, elapsedMs);
    this.#received = refilled(this.#received, receivedByteRate, 1, elapsedMs);
    this.#answers = refilled(this.#answers, answerByteRate, 1, elapsedMs);
  }
}

const refilled = (
  left: number,
  { burst, perSecond }: BucketRate,
  unit: number,
  elapsedMs: number,
): number => Math.min(burst * unit, left + Math.floor((elapsedMs / 1_000) * perSecond * unit));
