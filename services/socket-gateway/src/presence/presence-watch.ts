import type { PresenceMessage } from "@waiter/contracts";
import { inSlices } from "@waiter/lifecycle";
import type { Presence } from "@waiter/live-state";

const turnsPerRound = 100;
const largestSlice = 200;

export interface PresenceWatchOptions {
  readonly store: Pick<Presence, "refresh" | "remove">;
  /** Members (`staffId:socketId`) of a tenant on this gateway. */
  readonly localMembers: (tenantId: string) => string[];
  readonly tenants: () => string[];
  /** Sends presence to the tenant's staff, on every gateway or on this one. */
  readonly send: (tenantId: string, message: PresenceMessage, reach: "all" | "local") => void;
  readonly refreshMs: number;
  readonly expiryMs: number;
  readonly onError: (error: unknown) => void;
}

/**
 * Which staff of a tenant have a connected screen: ephemeral, outside seq, always sent whole.
 *
 * A new socket is stored and announced to all gateways at once. A closed one expires 45 s after its
 * last refresh, so that a page reload does not show the person as offline; a logout removes it at
 * once. Every gateway refreshes its own members every 20 s and sends its own rooms what changed
 * without an announcement, for example after a gateway died.
 */
export class PresenceWatch {
  readonly #options: PresenceWatchOptions;
  /** Last presence message sent to each tenant's local staff. */
  readonly #sent = new Map<string, string>();
  readonly #lateChecks = new Map<string, NodeJS.Timeout>();
  /** Slices of the current round that wait for their turn. */
  #slices: string[][] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PresenceWatchOptions) {
    this.#options = options;
  }

  start(): void {
    const turnMs = this.#options.refreshMs / turnsPerRound;
    this.#timer = setInterval(() => void this.#refreshSlice(), turnMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
    for (const timer of this.#lateChecks.values()) clearTimeout(timer);
    this.#lateChecks.clear();
  }

  /** Stores a new staff socket. @returns the presence to send to it; undefined without Redis. */
  async join(tenantId: string, member: string): Promise<PresenceMessage | undefined> {
    const ids = await this.#refresh(tenantId, [member]);
    if (ids === undefined) return undefined;
    this.#sendIfChanged(tenantId, ids, "all");
    return toMessage(ids);
  }

  /** A staff socket closed: checks again when its member has expired. */
  leave(tenantId: string): void {
    if (this.#lateChecks.has(tenantId)) return;
    const timer = setTimeout(() => {
      this.#lateChecks.delete(tenantId);
      void this.#check(tenantId, "all");
    }, this.#options.expiryMs + 500);
    timer.unref();
    this.#lateChecks.set(tenantId, timer);
  }

  /** Removes sockets whose session ended. */
  async remove(tenantId: string, members: readonly string[]): Promise<void> {
    try {
      await this.#options.store.remove(tenantId, members);
      await this.#check(tenantId, "all");
    } catch (error) {
      this.#options.onError(error);
    }
  }

  /** Refreshes every tenant now, a slice at a time. */
  async refreshAll(): Promise<void> {
    const check = (tenantId: string): Promise<void> => this.#check(tenantId, "local");
    await inSlices(this.#options.tenants(), largestSlice, check);
    this.#forgetAbsent();
  }

  /** One turn of a round that reaches each tenant once: 20,000 tenants are 200 a turn. */
  async #refreshSlice(): Promise<void> {
    if (this.#slices.length === 0) {
      this.#forgetAbsent();
      this.#slices = toSlices(this.#options.tenants());
    }
    const slice = this.#slices.shift() ?? [];
    await Promise.all(slice.map((tenantId) => this.#check(tenantId, "local")));
  }

  /** Another gateway sent this presence to the tenant's room. */
  noteSent(tenantId: string, message: unknown): void {
    this.#sent.set(tenantId, JSON.stringify(message));
  }

  async #check(tenantId: string, reach: "all" | "local"): Promise<void> {
    const ids = await this.#refresh(tenantId, this.#options.localMembers(tenantId));
    if (ids !== undefined) this.#sendIfChanged(tenantId, ids, reach);
  }

  async #refresh(tenantId: string, members: readonly string[]): Promise<string[] | undefined> {
    try {
      return await this.#options.store.refresh(tenantId, members);
    } catch (error) {
      this.#options.onError(error);
      return undefined;
    }
  }

  #sendIfChanged(tenantId: string, ids: readonly string[], reach: "all" | "local"): void {
    const message = toMessage(ids);
    const text = JSON.stringify(message);
    if (this.#sent.get(tenantId) === text) return;
    this.#sent.set(tenantId, text);
    this.#options.send(tenantId, message, reach);
  }

  #forgetAbsent(): void {
    const present = new Set(this.#options.tenants());
    for (const tenantId of this.#sent.keys())
      if (!present.has(tenantId)) this.#sent.delete(tenantId);
  }
}

const toMessage = (ids: readonly string[]): PresenceMessage => ({
  staff: ids.map((id) => ({ id, state: "online" as const })),
});

/** As many slices as a round has turns, empty ones included, so that a round takes its time. */
function toSlices(tenantIds: readonly string[]): string[][] {
  const size = Math.ceil(tenantIds.length / turnsPerRound);
  return Array.from({ length: turnsPerRound }, (_, turn) =>
    tenantIds.slice(turn * size, (turn + 1) * size),
  );
}
