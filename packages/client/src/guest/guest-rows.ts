import type { GuestRequest } from "../protocol/types.ts";
import { byAge } from "../shared/by-age.ts";

/** Allowed difference between two servers' clocks. */
const skewMs = 2_000;
const maxRows = 200;
const isOpen = (request: GuestRequest): boolean =>
  request.state === "new" || request.state === "claimed";

/**
 * The requests of one table. Messages may arrive in any order and repeatedly: a row is taken if its
 * version is at least the known one (`seenAt` changes without a new version).
 */
export class GuestRows {
  readonly #rows = new Map<string, GuestRequest>();
  #sorted: readonly GuestRequest[] | undefined;

  /**
   * All known requests, oldest first, closed ones included; the same array until something changes.
   */
  get all(): readonly GuestRequest[] {
    this.#sorted ??= [...this.#rows.values()].sort(byAge);
    return this.#sorted;
  }

  get anyOpen(): boolean {
    return [...this.#rows.values()].some(isOpen);
  }

  get(id: string): GuestRequest | undefined {
    return this.#rows.get(id);
  }

  /** @returns whether anything changed. */
  take(request: GuestRequest): boolean {
    const known = this.#rows.get(request.id);
    if (known !== undefined && request.version < known.version) return false;
    this.#sorted = undefined;
    const seenAt = request.seenAt ?? known?.seenAt;
    // Answers alone tell what is this guest's own, so an event keeps what is known.
    const note = request.note ?? known?.note;
    const own = request.own ?? known?.own;
    this.#rows.set(request.id, {
      ...request,
      ...(seenAt === undefined ? {} : { seenAt }),
      ...(note === undefined ? {} : { note }),
      ...(own === undefined ? {} : { own }),
    });
    if (known === undefined) this.#forgetOldest();
    return true;
  }

  /** Takes a full answer. An open row that is missing from it and older than it is removed. */
  takeAll(requests: readonly GuestRequest[], now: string): void {
    this.#sorted = undefined;
    const listed = new Set(requests.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (!listed.has(id) && isOpen(row) && Date.parse(row.updatedAt) < Date.parse(now) - skewMs)
        this.#rows.delete(id);
    }
    for (const request of requests) this.take(request);
  }

  #forgetOldest(): void {
    for (const [id, row] of this.#rows) {
      if (this.#rows.size <= maxRows) return;
      if (!isOpen(row)) this.#rows.delete(id);
    }
  }
}
