import type { Request } from "@waiter/contracts";

export type Chime = "new" | "escalated";
/** A request at a level: an escalation rings again. */
const soundOf = ({ id, level }: Request): string => `${id}/${level}`;

/**
 * Decides when the board rings: at once for a request that appears and at each escalation, then
 * repeatedly until the request was on screen when the board was touched, or no longer waits.
 * Requests that wait when the board opens count.
 */
export class CallAlarm {
  readonly #ring: (chime: Chime) => void;
  readonly #repeatMs: Readonly<Record<Chime, number>>;
  readonly #heard = new Set<string>();
  #waiting: readonly Request[] = [];
  #ringing: ReadonlySet<string> = new Set();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    ring: (chime: Chime) => void,
    repeatMs: Readonly<Record<Chime, number>> = { new: 6_000, escalated: 3_000 },
  ) {
    this.#ring = ring;
    this.#repeatMs = repeatMs;
  }

  /** Takes the requests that wait. */
  update(waiting: readonly Request[]): void {
    this.#waiting = waiting;
    const present = new Set(waiting.map(soundOf));
    for (const sound of this.#heard) if (!present.has(sound)) this.#heard.delete(sound);
    const unheard = this.#unheard();
    const isNews = unheard.some((request) => !this.#ringing.has(soundOf(request)));
    this.#ringing = new Set(unheard.map(soundOf));
    if (isNews || unheard.length === 0) this.#sound();
  }

  /** A person touched the board and sees these requests; by default all of them. */
  acknowledge(ids?: ReadonlySet<string>): void {
    for (const request of this.#waiting)
      if (ids === undefined || ids.has(request.id)) this.#heard.add(soundOf(request));
    this.#ringing = new Set(this.#unheard().map(soundOf));
    if (this.#ringing.size === 0) clearTimeout(this.#timer);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#ringing = new Set();
  }

  #unheard(): readonly Request[] {
    return this.#waiting.filter((request) => !this.#heard.has(soundOf(request)));
  }

  #sound(): void {
    clearTimeout(this.#timer);
    const unheard = this.#unheard();
    if (unheard.length === 0) return;
    const chime = unheard.some(({ level }) => level > 0) ? "escalated" : "new";
    this.#ring(chime);
    this.#timer = setTimeout(() => this.#sound(), this.#repeatMs[chime]);
  }
}
