/** An event with its position in a tenant's history. */
export interface Sequenced {
  readonly epoch: string;
  readonly seq: number;
}
/** Where a client is in a tenant's history; `seq` counts within `epoch`. */
export interface Position {
  readonly epoch: string;
  readonly seq: number;
}

/** What the caller must do after applying `Step.apply`. */
export type Need =
  | "nothing"
  /** Events are missing: wait briefly, then ask `sync`. */
  | "sync"
  /** Another epoch: take a snapshot. */
  | "reset";
export interface Step<E> {
  /** Apply now, in this order, each exactly once. */
  readonly apply: readonly E[];
  readonly need: Need;
}

/**
 * Turns events delivered at least once in any order into events applied exactly once, in order
 * (guarantee G2).
 *
 * States: *holding* (before the first snapshot and during a reset: events are kept, none is
 * applied) and *following* (the position is known; events beyond a gap are kept). `hold` and
 * `start` switch between them. The class uses no clock and no network. It keeps at most `maxKept`
 * events; newer ones are dropped and requested again.
 *
 * Events of a replaced epoch are late deliveries and ignored. A head of a replaced epoch is not
 * ignored, because a database may be restored twice.
 */
export class EventSequencer<E extends Sequenced> {
  readonly #maxKept: number;
  #position: Position | undefined;
  #holding = true;
  #forgot = false;
  readonly #held: E[] = [];
  readonly #ahead = new Map<number, E>();
  readonly #retired: string[] = [];

  constructor({ maxKept = 2_000 }: { maxKept?: number } = {}) {
    this.#maxKept = maxKept;
  }

  /** Position of the last applied event or of the snapshot; undefined before the first snapshot. */
  get position(): Position | undefined {
    return this.#position;
  }

  get holding(): boolean {
    return this.#holding;
  }

  /**
   * Stops applying until `start`, so that no event newer than the snapshot is applied before it.
   */
  hold(): void {
    if (this.#holding) return;
    this.#holding = true;
    this.#held.push(...this.#ahead.values());
    this.#ahead.clear();
  }

  /** Continues from a snapshot and returns the newer events that were held. */
  start(position: Position): Step<E> {
    const last = this.#position;
    if (last !== undefined && last.epoch !== position.epoch) this.#retire(last.epoch);
    this.#position = position;
    this.#holding = false;
    const held = this.#held.splice(0).filter((event) => event.epoch === position.epoch);
    const step = this.receive(...held);
    this.#forgot = false;
    return step;
  }

  /** Takes events in any order. */
  receive(...events: readonly E[]): Step<E> {
    const apply: E[] = [];
    let foreign = false;
    for (const event of events) {
      if (this.#holding) this.#keep(event);
      else if (event.epoch === this.#position?.epoch) this.#take(event, apply);
      else if (!this.#retired.includes(event.epoch)) foreign = true;
    }
    if (foreign) return { apply, need: "reset" };
    return {
      apply,
      need: !this.#holding && (this.#ahead.size > 0 || this.#forgot) ? "sync" : "nothing",
    };
  }

  /** Takes the answer to a `sync` since the position. */
  receiveAnswer(answer: {
    readonly epoch: string;
    readonly events: readonly E[];
    readonly head: number;
  }): Step<E> {
    if (this.#holding) return { apply: [], need: "nothing" };
    if (answer.epoch !== this.#position?.epoch) return { apply: [], need: "reset" };
    this.#forgot = false;
    const step = this.receive(...answer.events);
    return step.need === "nothing"
      ? { apply: step.apply, need: this.compareHead({ epoch: answer.epoch, seq: answer.head }) }
      : step;
  }

  /**
   * Compares with a head. Behind it, events were lost. Ahead of it is normal: heads are not ordered
   * with events.
   */
  compareHead(head: Position): Need {
    if (this.#holding || this.#position === undefined) return "nothing";
    if (head.epoch !== this.#position.epoch) return "reset";
    return head.seq > this.#position.seq || this.#ahead.size > 0 ? "sync" : "nothing";
  }

  #take(event: E, apply: E[]): void {
    let seq = this.#position?.seq ?? 0;
    if (event.seq > seq + 1) {
      if (this.#ahead.size < this.#maxKept || this.#ahead.has(event.seq))
        this.#ahead.set(event.seq, event);
      else this.#forgot = true;
      return;
    }
    if (event.seq <= seq) return;
    for (let next: E | undefined = event; next !== undefined; next = this.#ahead.get(seq + 1)) {
      apply.push(next);
      seq = next.seq;
      this.#ahead.delete(seq);
    }
    this.#position = { epoch: event.epoch, seq };
  }

  #keep(event: E): void {
    if (this.#held.length < this.#maxKept) this.#held.push(event);
    else this.#forgot = true;
  }

  #retire(epoch: string): void {
    this.#retired.push(epoch);
    if (this.#retired.length > 8) this.#retired.shift();
  }
}
