import type { OutboundClient, Refusal, Target } from "@waiter/outbound";
import { LRUCache } from "lru-cache";
import { pauseAgain } from "./send-result.ts";

/** One call that a row asks for. */
export interface Destination {
  readonly target: Target;
  readonly url: string;
}

interface Parked {
  readonly destinations: readonly Destination[];
  /** Which host's rows it counts among. */
  readonly host: string;
}

/** Rows that a worker remembers; what it forgets asks Postgres again. */
const atMost = 100_000;

/** Rows of one host come back this far apart at least, on average, ms. */
const apartMs = 20;

/**
 * Rows that no call can be made for, because their hosts hang or their circuits are open. A parked
 * row that comes back is put off again without a question to Postgres, until one of its hosts lets
 * a call through or its step is over. Rows of one host are spread over time, so that a dead host
 * with many rows costs a bounded share of the worker.
 */
export class ParkedRows {
  readonly #outbound: Pick<OutboundClient, "refusal">;
  readonly #counts = new Map<string, number>();
  readonly #rows: LRUCache<string, Parked>;

  constructor(outbound: Pick<OutboundClient, "refusal">) {
    this.#outbound = outbound;
    this.#rows = new LRUCache({
      max: atMost,
      // A row whose job another worker runs next never comes back here.
      ttlAutopurge: true,
      dispose: ({ host }) => this.#add(host, -1),
    });
  }

  /** How long a row that was parked stays away again, ms; undefined: read it and send it. */
  pauseOf(id: string): number | undefined {
    const parked = this.#rows.get(id);
    if (parked === undefined) return undefined;
    const refusal = this.#refusalOf(parked.destinations);
    const leftMs = this.#rows.getRemainingTTL(id);
    if (refusal === undefined || refusal.retryInMs >= leftMs) {
      this.#rows.delete(id);
      return undefined;
    }
    return Math.min(leftMs, this.#spread(parked.host, refusal.retryInMs));
  }

  /**
   * Remembers where a row leads, and returns how long it stays away, ms.
   *
   * @param leftMs until its step is over
   */
  park(id: string, destinations: readonly Destination[], leftMs: number): number {
    const [first] = destinations;
    const refusal = this.#refusalOf(destinations);
    if (first === undefined || refusal === undefined) return 0;
    const host = `${first.target} ${new URL(first.url).host}`;
    this.#rows.set(id, { destinations, host }, { ttl: leftMs });
    this.#add(host, 1);
    return Math.min(leftMs, this.#spread(host, refusal.retryInMs));
  }

  /** The refusal that ends first, while each of the calls would be refused. */
  #refusalOf(destinations: readonly Destination[]): Refusal | undefined {
    return soonestRefusal(this.#outbound, destinations);
  }

  #spread(host: string, pauseMs: number): number {
    const rows = this.#counts.get(host) ?? 0;
    return Math.max(pauseAgain(pauseMs), pauseMs + Math.random() * 2 * rows * apartMs);
  }

  #add(host: string, change: 1 | -1): void {
    const count = (this.#counts.get(host) ?? 0) + change;
    if (count > 0) this.#counts.set(host, count);
    else this.#counts.delete(host);
  }
}

/** The refusal that ends first; undefined where a call would be made. */
export function soonestRefusal(
  outbound: Pick<OutboundClient, "refusal">,
  destinations: readonly Destination[],
): Refusal | undefined {
  const refusals = destinations.map(({ target, url }) => outbound.refusal(target, url));
  const known = refusals.filter((refusal) => refusal !== undefined);
  if (known.length < refusals.length) return undefined;
  return known.toSorted((a, b) => a.retryInMs - b.retryInMs)[0];
}
