import type { Request } from "@waiter/contracts";

export type Chime = "new" | "escalated";
/** A call at a level: an escalation makes it new again. */
const soundOf = ({ id, level }: Request): string => `${id}/${level}`;

/**
 * Decides when the board rings: at once for a call that appears and again at each escalation, then over and over until
 * somebody touches the board, or until nobody has to react any more. What waits when the board is opened counts as well.
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

  /** Takes the calls that nobody has claimed. */
  update(waiting: readonly Request[]): void {
    this.#waiting = waiting;
    const present = new Set(waiting.map(soundOf));
    for (const sound of this.#heard) if (!present.has(sound)) this.#heard.delete(sound);
    const unheard = this.#unheard();
    const isNews = unheard.some((request) => !this.#ringing.has(soundOf(request)));
    this.#ringing = new Set(unheard.map(soundOf));
    if (isNews || unheard.length === 0) this.#sound();
  }

  /** Somebody is at the board and has seen what waits. */
  acknowledge(): void {
    for (const request of this.#waiting) this.#heard.add(soundOf(request));
    this.#ringing = new Set();
    clearTimeout(this.#timer);
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
