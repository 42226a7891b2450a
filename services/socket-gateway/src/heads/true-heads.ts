import { inTurns } from "@waiter/lifecycle";
import { revokedForMs } from "@waiter/live-state";
import type { Logger } from "@waiter/logger";
import type { RevokedSessions } from "../handshake/revoked-sessions.ts";
import type { AskedChanges, TakeHeads, TrueHead, WithoutHead } from "./ask-heads.ts";
import type { DeliveredPositions } from "./delivered-positions.ts";
import type { TenantHeads } from "./tenant-heads.ts";

export interface TrueHeadsOptions {
  /** Reads these tenants' heads in batches. Never rejects. */
  readonly ask: (tenants: readonly string[], take: TakeHeads) => Promise<WithoutHead>;
  /** Reads the heads that changed since a position; undefined from an api that does not tell. */
  readonly askChanges: (since: string, take: TakeHeads) => Promise<AskedChanges | undefined>;
  readonly heads: TenantHeads;
  /** Gets every head that was read while Redis is well. */
  readonly positions: Pick<DeliveredPositions, "note" | "noteRound">;
  /** Gets the tenants of this gateway that have events since the last round, while Redis is well. */
  readonly onChanged: (tenants: readonly string[]) => void;
  readonly revoked: RevokedSessions;
  /** Tenants with a socket here, their number, and those among them with a staff socket. */
  readonly tenants: () => string[];
  readonly tenantCount: () => number;
  readonly hasTenant: (tenantId: string) => boolean;
  readonly hasStaff: (tenantId: string) => boolean;
  readonly isDegraded: () => boolean;
  readonly intervalMs: number;
  readonly degradedIntervalMs: number;
  /** Within this time every tenant is compared once, slice by slice. */
  readonly comparisonMs: number;
  readonly logger: Logger;
}

/** How long new tenants are collected into one batch, in ms. */
const gatherMs = 50;
/** Tenants of one slice of the comparison: a few milliseconds of the event loop. */
const sliceTenants = 200;
/** Deleted tenants whose sockets end in one turn of the event loop. */
const deletedPerTurn = 20;

/**
 * Reads the heads of this gateway's tenants in Postgres through the api. Every 10 s, and every 3 s
 * (jittered) while Redis is away, it asks for those that changed since its last question. At once
 * it asks for a tenant's first staff socket, after a reconnection and for an unknown epoch. Besides
 * it compares every tenant once in five minutes, for what no position tells. A tenant that a failed
 * batch left out is asked for again in each round; the sockets of a deleted tenant end.
 */
export class TrueHeads {
  readonly #options: TrueHeadsOptions;
  readonly #wanted = new Set<string>();
  #gathering: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #comparison: NodeJS.Timeout | undefined;
  #closed = false;
  /** Position of the last question; "" before the first one. */
  #since = "";
  /** Tenants that wait for their comparison. */
  #uncompared: string[] = [];
  /** Tenants of failed batches. */
  readonly #unanswered = new Set<string>();
  /** Whether the tenants of failed batches are asked for at this moment. */
  #isAskingAgain = false;

  constructor(options: TrueHeadsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#schedule();
    this.#scheduleComparison();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#comparison);
  }

  /** Reads one tenant's head, batched with others requested at the same time. Never rejects. */
  async ask(tenantId: string): Promise<void> {
    this.#wanted.add(tenantId);
    this.#gathering ??= this.#askGathered();
    await this.#gathering;
  }

  /** Reads all heads now; `always` sends `head` to every room. Never rejects. */
  async askAll(always = false): Promise<void> {
    await this.#askFor(this.#options.tenants(), always);
  }

  /** Applies the interval that fits the state of Redis. */
  reschedule(): void {
    this.#schedule();
  }

  /** Keeps one timer, set at the end of a round or by `reschedule`. */
  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    const { isDegraded, intervalMs, degradedIntervalMs } = this.#options;
    const pause = isDegraded() ? degradedIntervalMs * (0.75 + 0.5 * Math.random()) : intervalMs;
    this.#timer = setTimeout(() => void this.#askChanged().finally(() => this.#schedule()), pause);
    this.#timer.unref();
  }

  async #askChanged(): Promise<void> {
    const {
      askChanges,
      tenants,
      tenantCount,
      hasTenant,
      positions,
      onChanged,
      isDegraded,
      logger,
    } = this.#options;
    try {
      // Changed tenants without a socket here concern other gateways.
      const answer = await askChanges(this.#since, (heads) => {
        const ours = heads.filter(({ tenant }) => hasTenant(tenant));
        this.#take(ours, false);
        if (!isDegraded()) onChanged(ours.map(({ tenant }) => tenant));
      });
      this.#since = answer?.next ?? "";
      void this.#askAgain();
      if ((answer === undefined || answer.isVoid) && tenantCount() > 0) await this.askAll();
      if (isDegraded()) return;
      // Which of them changed is not known.
      if (answer?.isVoid === true) onChanged(tenants());
      positions.noteRound();
    } catch (error) {
      logger.warn("the api did not answer with changed heads", { err: error });
    }
  }

  /** The pause between slices shrinks with their number. */
  #scheduleComparison(): void {
    clearTimeout(this.#comparison);
    if (this.#closed) return;
    const { tenantCount, comparisonMs } = this.#options;
    const slices = Math.max(1, Math.ceil(tenantCount() / sliceTenants));
    this.#comparison = setTimeout(
      () => void this.#compareSlice().finally(() => this.#scheduleComparison()),
      comparisonMs / slices,
    );
    this.#comparison.unref();
  }

  async #compareSlice(): Promise<void> {
    if (this.#uncompared.length === 0) this.#uncompared = this.#options.tenants();
    const slice = this.#uncompared.splice(-sliceTenants);
    await this.#askFor(slice.filter(this.#options.hasTenant), false);
  }

  async #askGathered(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, gatherMs));
    const tenants = [...this.#wanted];
    this.#wanted.clear();
    this.#gathering = undefined;
    await this.#askFor(tenants, false);
  }

  /**
   * Sends these heads whether they are new or not: it is not known what the failed batch was for.
   * No round waits for these batches, and they are asked one repetition at a time: an api that
   * hangs costs 5 s per batch. Never rejects: no caller awaits it.
   */
  async #askAgain(): Promise<void> {
    if (this.#unanswered.size === 0 || this.#isAskingAgain) return;
    const tenants = [...this.#unanswered].filter(this.#options.hasTenant);
    this.#unanswered.clear();
    this.#isAskingAgain = true;
    try {
      await this.#askFor(tenants, true);
    } catch (error) {
      for (const tenant of tenants) this.#unanswered.add(tenant);
      this.#options.logger.warn("heads were not asked for again", { err: error });
    } finally {
      this.#isAskingAgain = false;
    }
  }

  async #askFor(tenants: readonly string[], always: boolean): Promise<void> {
    if (tenants.length === 0) return;
    const { ask, revoked } = this.#options;
    const { unanswered, unknown } = await ask(tenants, (heads) => this.#take(heads, always));
    for (const tenant of unanswered) this.#unanswered.add(tenant);
    await inTurns(unknown, deletedPerTurn, (slice) => {
      for (const tenant of slice) revoked.add(tenant, [tenant], 0);
    });
  }

  #take(read: readonly TrueHead[], always: boolean): void {
    const { heads, positions, revoked, hasStaff, isDegraded } = this.#options;
    const isWell = !isDegraded();
    for (const { tenant, epoch, seq, revoked: sids } of read) {
      if (isWell) positions.note(tenant, { epoch, seq });
      if (hasStaff(tenant)) heads.noteTrue(tenant, { epoch, seq }, always);
      revoked.add(tenant, sids, revokedForMs);
    }
  }
}
