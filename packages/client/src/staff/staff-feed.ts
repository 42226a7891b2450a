import type { Board, Envelope, EventsAnswer, SyncAnswer, SyncBody } from "../protocol/types.ts";
import { ClientError } from "../shared/client-error.ts";
import { EventSequencer, type Need, type Position, type Step } from "./event-sequencer.ts";
import { isEnvelope, isHead, isSyncAnswer } from "../shared/guards.ts";
import { retry, type RetryOptions } from "../shared/retry.ts";

export interface FeedOptions extends RetryOptions {
  /** GET /api/board. */
  readonly board: () => Promise<Board>;
  /** GET /api/events. */
  readonly events: (position: Position) => Promise<EventsAnswer>;
  /** `sync` over the socket; undefined without a socket. */
  readonly ask: () => ((body: SyncBody) => Promise<unknown>) | undefined;
  /** Applies one event. An error is reported and causes one reset. */
  readonly apply: (event: Envelope) => void;
  readonly adopt: (
    board: Board,
    skipped: { readonly from: Position | undefined; readonly to: Position },
  ) => void;
  readonly report: (error: unknown) => void;
  /** Fetch the events that a reset would skip from GET /api/events and apply them. */
  readonly fill: boolean;
}

/**
 * Follows a tenant's events: sequencer, gap timer, `sync` and reset. At most one `sync` and one
 * reset run at a time; an interrupted one is retried by itself or by the next `resume`.
 */
export class StaffFeed {
  readonly #options: FeedOptions;
  readonly #sequencer = new EventSequencer<Envelope>();
  #gapTimer: ReturnType<typeof setTimeout> | undefined;
  #catchingUp: Promise<void> | undefined;
  #resetting: Promise<void> | undefined;
  #snapping: Promise<void> | undefined;
  /** Consecutive `sync` rounds that did not close the gap; the wait doubles each time. */
  #gapRounds = 0;
  #closed = false;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  get position(): Position | undefined {
    return this.#sequencer.position;
  }

  /** Takes an `event` from the socket. */
  receive(raw: unknown): void {
    if (isEnvelope(raw)) this.#advance(this.#sequencer.receive(raw));
    else this.#options.report(new ClientError("bad_answer", "event: unknown shape"));
  }

  /** Takes a `head` from the socket. */
  compareHead(raw: unknown): void {
    if (isHead(raw)) this.#answer(this.#sequencer.compareHead(raw));
  }

  /** Catches up after connecting. Resolves when the position equals the server's. */
  async resume(): Promise<void> {
    if (this.#sequencer.holding) await this.reset(0);
    await this.#catchUp(true);
  }

  /** One polling round over HTTP. @throws ClientError without an answer. */
  async poll(): Promise<void> {
    const position = this.#sequencer.position;
    if (position === undefined || this.#sequencer.holding) {
      await this.#snapshot();
      return;
    }
    this.#advance(this.#sequencer.receiveAnswer(await this.#eventsAfter(position)));
  }

  /** Takes a snapshot after a random delay within `afterMs`; retried until it succeeds. */
  reset(afterMs: number): Promise<void> {
    this.#sequencer.hold();
    this.#resetting ??= this.#resetUntilDone(afterMs).finally(() => (this.#resetting = undefined));
    return this.#resetting;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#gapTimer);
  }

  #advance({ apply, need }: Step<Envelope>): void {
    let failed = false;
    for (const event of apply) {
      try {
        this.#options.apply(event);
      } catch (error) {
        failed = true;
        this.#options.report(error);
      }
    }
    this.#answer(failed ? "reset" : need);
  }

  #answer(need: Need): void {
    if (this.#closed) return;
    if (need === "reset") this.reset(0).catch(this.#options.report);
    if (need !== "sync") {
      clearTimeout(this.#gapTimer);
      this.#gapTimer = undefined;
      this.#gapRounds = 0;
      return;
    }
    this.#gapTimer ??= setTimeout(
      () => {
        this.#gapTimer = undefined;
        this.#gapRounds++;
        void this.#catchUp(false);
      },
      this.#options.timing.gapWaitMs * 2 ** Math.min(this.#gapRounds, 5),
    );
  }

  /** With `rethrow` a failure is thrown; otherwise it is retried while there is a socket. */
  async #catchUp(rethrow: boolean): Promise<void> {
    this.#catchingUp ??= this.#catchUpOnce().finally(() => (this.#catchingUp = undefined));
    try {
      await this.#catchingUp;
    } catch (error) {
      if (rethrow) throw error;
      this.#options.report(error);
      if (this.#options.ask() !== undefined) this.#answer("sync");
    }
  }

  async #catchUpOnce(): Promise<void> {
    const position = this.#sequencer.position;
    if (position === undefined || this.#sequencer.holding) return;
    const ask = this.#options.ask();
    const answer =
      ask === undefined
        ? ({ status: "ok", ...(await this.#eventsAfter(position)) } as const)
        : await this.#askSocket(ask, position);
    if (answer.status === "reset") await this.reset(answer.afterMs);
    else this.#advance(this.#sequencer.receiveAnswer(answer));
  }

  async #askSocket(
    ask: (body: SyncBody) => Promise<unknown>,
    position: Position,
  ): Promise<SyncAnswer> {
    const answer = await ask({ epoch: position.epoch, since: position.seq });
    if (!isSyncAnswer(answer)) throw new ClientError("bad_answer", "sync: unknown shape");
    return answer;
  }

  /** @returns an answer of another epoch (which resets) if the api no longer has the events. */
  async #eventsAfter(position: Position): Promise<EventsAnswer> {
    try {
      return await this.#options.events(position);
    } catch (error) {
      if (error instanceof ClientError && error.code === "reset_required")
        return { epoch: "", events: [], head: 0 };
      throw error;
    }
  }

  async #resetUntilDone(afterMs: number): Promise<void> {
    const { wakeup, random, report, timing } = this.#options;
    if (afterMs > 0) await wakeup.wait(random() * Math.min(afterMs, timing.resetSpreadMs));
    const check = (failure?: unknown) => {
      if (failure !== undefined) report(failure);
      if (this.#closed) throw new ClientError("closed", "Closed.");
    };
    await retry(this.#options, { run: () => this.#snapshot(), check, isRetryable: () => true });
  }

  #snapshot(): Promise<void> {
    this.#snapping ??= this.#snapshotOnce().finally(() => (this.#snapping = undefined));
    return this.#snapping;
  }

  async #snapshotOnce(): Promise<void> {
    this.#sequencer.hold();
    const board = await this.#options.board();
    if (this.#closed) return;
    const from = this.#sequencer.position;
    const to = { epoch: board.epoch, seq: board.seq };
    const reached = await this.#fillTo(from, to);
    const step = this.#sequencer.start(to);
    this.#options.adopt(board, { from: reached, to });
    this.#advance(step);
  }

  /** Applies the events between two positions if `fill` is set. @returns the position reached. */
  async #fillTo(from: Position | undefined, to: Position): Promise<Position | undefined> {
    if (!this.#options.fill || from === undefined || from.epoch !== to.epoch) return from;
    let reached = from;
    while (reached.seq < to.seq) {
      const answer = await this.#eventsAfter(reached);
      const events = answer.events.filter(
        (event) => event.seq > reached.seq && event.seq <= to.seq,
      );
      if (answer.epoch !== to.epoch || events.length === 0) break;
      for (const event of events) {
        try {
          this.#options.apply(event);
        } catch (error) {
          this.#options.report(error);
        }
      }
      reached = { epoch: to.epoch, seq: events.at(-1)?.seq ?? to.seq };
    }
    return reached;
  }
}
