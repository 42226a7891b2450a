/** Input of one connection that waits for its turn. */
export interface WaitingInput {
  /** Processes one message. */
  run(): void;
  /** Stops reading from the connection until `run`. */
  pause(): void;
}
export interface InputTurnsOptions {
  /** Time per event-loop turn for the input of all connections without a session, in ms. */
  readonly handshakeTurnMs: number;
  readonly now?: () => number;
  readonly nextTurn?: (run: () => void) => void;
}

/** Messages of connections without a session per turn; bounds what they leave to microtasks. */
const handshakeMessagesPerTurn = 64;

/**
 * Shares the event loop between connections. A turn is one iteration of the event loop.
 *
 * - A joined connection may process one message per turn; a further one waits for the next turn.
 * - Connections without a session share `handshakeTurnMs` per turn, one message each, in order of
 *   arrival. Those that cannot be served in the next turn are not read meanwhile.
 */
export class InputTurns {
  readonly #options: InputTurnsOptions;
  readonly #joined = new Set<WaitingInput>();
  readonly #handshakes = new Set<WaitingInput>();
  readonly #run = (): void => this.#runTurn();
  #turn = 0;
  #isScheduled = false;

  constructor(options: InputTurnsOptions) {
    this.#options = options;
  }

  /** Number of the current turn: a connection that processed a message in it waits for the next. */
  get turn(): number {
    return this.#turn;
  }

  /** Connections without a session whose input waits. */
  get waitingHandshakes(): number {
    return this.#handshakes.size;
  }

  /** Begins to count the current turn, so that it ends with the event loop's iteration. */
  begin(): number {
    this.#schedule();
    return this.#turn;
  }

  waitJoined(input: WaitingInput): void {
    this.#joined.add(input);
    this.#schedule();
  }

  waitHandshake(input: WaitingInput): void {
    if (this.#handshakes.size >= handshakeMessagesPerTurn) input.pause();
    this.#handshakes.add(input);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    (this.#options.nextTurn ?? setImmediate)(this.#run);
  }

  #runTurn(): void {
    this.#isScheduled = false;
    this.#turn += 1;
    const joined = [...this.#joined];
    this.#joined.clear();
    for (const input of joined) input.run();
    this.#runHandshakes();
    if (this.#joined.size > 0 || this.#handshakes.size > 0) this.#schedule();
  }

  #runHandshakes(): void {
    if (this.#handshakes.size === 0) return;
    const now = this.#options.now ?? performance.now.bind(performance);
    const end = now() + this.#options.handshakeTurnMs;
    let left = handshakeMessagesPerTurn;
    for (const input of this.#handshakes) {
      if (left === 0 || now() >= end) return;
      left -= 1;
      this.#handshakes.delete(input);
      input.run();
    }
  }
}
