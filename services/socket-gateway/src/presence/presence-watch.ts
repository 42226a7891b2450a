import type { PresenceMessage } from "@waiter/contracts";
import type { Presence } from "@waiter/live-state";

/** Turns of a round at least. */
const leastTurns = 100;
/** Tenants of one turn of the event loop: a few milliseconds. */
const largestSlice = 50;
/** A presence of fewer people is sent whenever it changes. */
const fewPeople = 100;
/** Tenants with guests alone are looked at in every third round. */
const quietEvery = 3;

export interface PresenceWatchOptions {
  readonly store: Pick<Presence, "look" | "refresh" | "remove">;
  /** Members (`staffId:socketId`) of a tenant on this gateway. */
  readonly localMembers: (tenantId: string) => string[];
  /** Tenants with sockets here, those with staff among them, and whether a tenant has staff. */
  readonly tenants: () => string[];
  readonly withStaff: () => string[];
  readonly hasStaff: (tenantId: string) => boolean;
  /** Whether a screen of the tenant is present on any gateway; called after each look. */
  readonly onOnline: (tenantId: string, online: boolean) => void;
  /** Whether messages reach the other gateways now. */
  readonly isAnnouncing: () => boolean;
  /** Sends presence to the tenant's staff, on every gateway or on this one. */
  readonly send: (tenantId: string, message: PresenceMessage, reach: "all" | "local") => void;
  readonly refreshMs: number;
  /** A closed socket's member is removed after this time, ms. */
  readonly leaveAfterMs: number;
  readonly onError: (error: unknown) => void;
}

/** A presence that is sent once the last one is old enough. */
interface PutOff {
  readonly timer: NodeJS.Timeout;
  reach: "all" | "local";
}

/**
 * Which staff of a tenant have a connected screen: ephemeral, outside seq, always sent whole.
 *
 * A new socket is stored and announced to all gateways at once. A closed one is removed 5 s later,
 * so that a page reload does not show the person as offline; a logout removes it at once. Every
 * gateway refreshes its own members every 20 s and sends its own rooms what changed without an
 * announcement, for example after a gateway died, whose members expire. A change that could not be
 * stored or announced, while Redis was away, is announced with the next refresh of a tenant with
 * staff here: at once when Redis is back. Where the last one left meanwhile, the member expires.
 *
 * Each screen gets the names of all: of 100 people on, a presence follows the one before after as
 * many ms as it names people. It is read then: another gateway may have sent a later one meanwhile.
 */
export class PresenceWatch {
  readonly #options: PresenceWatchOptions;
  /** Last presence message sent to each tenant's local staff. */
  readonly #sent = new Map<string, string>();
  /** When that was, ms of `performance.now()`. */
  readonly #sentAt = new Map<string, number>();
  readonly #putOff = new Map<string, PutOff>();
  /** Tenants of whose last change the other gateways may not know. */
  readonly #unannounced = new Set<string>();
  readonly #leaving = new Set<NodeJS.Timeout>();
  #round = 0;
  /** Tenants of the current round, its turns, and how many of them are over. */
  #tenants: readonly string[] = [];
  #turns = leastTurns;
  #turn = leastTurns;
  /** When the next turn is due, ms of `performance.now()`. */
  #dueAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PresenceWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#dueAt = performance.now();
    this.#schedule();
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const { timer } of this.#putOff.values()) clearTimeout(timer);
    this.#putOff.clear();
    for (const timer of this.#leaving) clearTimeout(timer);
    this.#leaving.clear();
  }

  /**
   * Stores a new staff socket. @returns the presence to send to it; undefined where its room gets
   * it because it changed, and without Redis.
   */
  async join(tenantId: string, member: string): Promise<PresenceMessage | undefined> {
    const ids = await this.#update(tenantId, (store) => store.refresh(tenantId, [member]));
    if (ids === undefined) this.#unannounced.add(tenantId);
    if (ids === undefined || this.#sendIfChanged(tenantId, ids, "all")) return undefined;
    return toMessage(ids);
  }

  /** A staff socket closed. */
  leave(tenantId: string, member: string): void {
    const timer = setTimeout(() => {
      this.#leaving.delete(timer);
      void this.remove(tenantId, [member]);
    }, this.#options.leaveAfterMs);
    timer.unref();
    this.#leaving.add(timer);
  }

  /** Removes sockets whose session ended. */
  async remove(tenantId: string, members: readonly string[]): Promise<void> {
    const ids = await this.#update(tenantId, (store) => store.remove(tenantId, members));
    if (ids === undefined) this.#unannounced.add(tenantId);
    else this.#sendIfChanged(tenantId, ids, "all");
  }

  /** Looks at one tenant now: its first guest came. */
  async look(tenantId: string): Promise<void> {
    await this.#check(tenantId);
  }

  /** Refreshes every tenant now, a slice at a time. */
  async refreshAll(): Promise<void> {
    const tenants = this.#options.tenants();
    for (let start = 0; start < tenants.length; start += largestSlice)
      await this.#refresh(tenants.slice(start, start + largestSlice));
    this.#forgetAbsent();
  }

  /** Turns that are late follow at once, so that a busy event loop does not stretch the round. */
  #schedule(): void {
    const { refreshMs } = this.#options;
    const now = performance.now();
    this.#dueAt = Math.max(this.#dueAt + refreshMs / this.#turns, now - refreshMs);
    this.#timer = setTimeout(
      () => {
        void this.#refreshSlice();
        this.#schedule();
      },
      Math.max(0, this.#dueAt - now),
    );
    this.#timer.unref();
  }

  /** One turn of a round that reaches each tenant once: 20,000 tenants are 400 turns. */
  async #refreshSlice(): Promise<void> {
    const { tenants, withStaff } = this.#options;
    if (this.#turn === this.#turns) {
      this.#forgetAbsent();
      this.#round += 1;
      this.#tenants = this.#round % quietEvery === 0 ? tenants() : withStaff();
      this.#turn = 0;
      this.#turns = Math.max(leastTurns, Math.ceil(this.#tenants.length / largestSlice));
    }
    const size = Math.ceil(this.#tenants.length / this.#turns);
    const slice = this.#tenants.slice(this.#turn * size, (this.#turn + 1) * size);
    this.#turn += 1;
    await this.#refresh(slice);
  }

  /** Tenants without staff here share one command. */
  async #refresh(tenants: readonly string[]): Promise<void> {
    const quiet: string[] = [];
    const checks: Promise<void>[] = [];
    for (const tenantId of tenants)
      if (this.#options.hasStaff(tenantId)) checks.push(this.#check(tenantId));
      else quiet.push(tenantId);
    if (quiet.length > 0) checks.push(this.#lookAt(quiet));
    await Promise.all(checks);
  }

  /** Another gateway sent this presence to the tenant's room. */
  noteSent(tenantId: string, message: unknown): void {
    this.#sent.set(tenantId, JSON.stringify(message));
    this.#sentAt.set(tenantId, performance.now());
  }

  async #check(tenantId: string): Promise<void> {
    const members = this.#options.localMembers(tenantId);
    const ids = await this.#update(tenantId, (store) => store.refresh(tenantId, members));
    if (ids === undefined || members.length === 0) return;
    const isLate = this.#unannounced.delete(tenantId);
    if (isLate) this.#sent.delete(tenantId);
    this.#sendIfChanged(tenantId, ids, isLate ? "all" : "local");
  }

  async #lookAt(tenants: readonly string[]): Promise<void> {
    const { store, onOnline, onError } = this.#options;
    try {
      await store.look(tenants, onOnline);
    } catch (error) {
      onError(error);
    }
  }

  async #update(
    tenantId: string,
    update: (store: PresenceWatchOptions["store"]) => Promise<string[]>,
  ): Promise<string[] | undefined> {
    try {
      const ids = await update(this.#options.store);
      this.#options.onOnline(tenantId, ids.length > 0);
      return ids;
    } catch (error) {
      this.#options.onError(error);
      return undefined;
    }
  }

  #sendIfChanged(tenantId: string, ids: readonly string[], reach: "all" | "local"): boolean {
    if (this.#mustWait(tenantId, ids.length, reach)) return false;
    const message = toMessage(ids);
    const text = JSON.stringify(message);
    if (this.#sent.get(tenantId) === text) return false;
    this.#sent.set(tenantId, text);
    this.#sentAt.set(tenantId, performance.now());
    if (reach === "all" && !this.#options.isAnnouncing()) this.#unannounced.add(tenantId);
    this.#options.send(tenantId, message, reach);
    return true;
  }

  #mustWait(tenantId: string, people: number, reach: PutOff["reach"]): boolean {
    const waiting = this.#putOff.get(tenantId);
    if (waiting !== undefined) {
      if (reach === "all") waiting.reach = reach;
      return true;
    }
    const sentAt = this.#sentAt.get(tenantId);
    if (people < fewPeople || sentAt === undefined) return false;
    const waitMs = sentAt + people - performance.now();
    if (waitMs <= 0) return false;
    const timer = setTimeout(() => void this.#sendPutOff(tenantId), waitMs);
    this.#putOff.set(tenantId, { timer: timer.unref(), reach });
    return true;
  }

  async #sendPutOff(tenantId: string): Promise<void> {
    const reach = this.#putOff.get(tenantId)?.reach ?? "local";
    this.#putOff.delete(tenantId);
    this.#sentAt.delete(tenantId);
    const members = this.#options.localMembers(tenantId);
    const ids = await this.#update(tenantId, (store) => store.refresh(tenantId, members));
    if (ids !== undefined) this.#sendIfChanged(tenantId, ids, reach);
    else if (reach === "all") this.#unannounced.add(tenantId);
  }

  #forgetAbsent(): void {
    for (const tenantId of this.#sent.keys())
      if (!this.#options.hasStaff(tenantId)) this.#sent.delete(tenantId);
    for (const tenantId of this.#sentAt.keys())
      if (!this.#options.hasStaff(tenantId)) this.#sentAt.delete(tenantId);
    for (const tenantId of this.#unannounced)
      if (!this.#options.hasStaff(tenantId)) this.#unannounced.delete(tenantId);
  }
}

const toMessage = (ids: readonly string[]): PresenceMessage => ({
  staff: ids.map((id) => ({ id, state: "online" as const })),
});
