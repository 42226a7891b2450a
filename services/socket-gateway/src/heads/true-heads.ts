import { revokedForMs } from "@waiter/live-state";
import type { Logger } from "@waiter/logger";
import type { RevokedSessions } from "../handshake/revoked-sessions.ts";
import type { DeliveredPositions } from "./delivered-positions.ts";
import type { TrueHead } from "./ask-heads.ts";
import type { TenantHeads } from "./tenant-heads.ts";

export interface TrueHeadsOptions {
  readonly ask: (tenants: readonly string[]) => Promise<readonly TrueHead[]>;
  readonly heads: TenantHeads;
  /** Gets every head that was read while Redis is well. */
  readonly positions: Pick<DeliveredPositions, "note">;
  readonly revoked: RevokedSessions;
  /** Tenants with a socket here, and those among them with a staff socket. */
  readonly tenants: () => string[];
  readonly hasStaff: (tenantId: string) => boolean;
  readonly isDegraded: () => boolean;
  readonly intervalMs: number;
  readonly degradedIntervalMs: number;
  readonly logger: Logger;
}

/** How long new tenants are collected into one batch, in ms. */
const gatherMs = 50;

/**
 * Reads the heads of this gateway's tenants in Postgres through the api: every 30 s, every 3 s
 * (jittered) while Redis is away, and at once for a tenant's first staff socket, after a
 * reconnection and for an unknown epoch.
 */
export class TrueHeads {
  readonly #options: TrueHeadsOptions;
  readonly #wanted = new Set<string>();
  #gathering: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: TrueHeadsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#schedule();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
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
    this.#timer = setTimeout(() => void this.askAll().finally(() => this.#schedule()), pause);
    this.#timer.unref();
  }

  async #askGathered(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, gatherMs));
    const tenants = [...this.#wanted];
    this.#wanted.clear();
    this.#gathering = undefined;
    await this.#askFor(tenants, false);
  }

  async #askFor(tenants: readonly string[], always: boolean): Promise<void> {
    if (tenants.length === 0) return;
    const { ask, heads, positions, revoked, hasStaff, isDegraded, logger } = this.#options;
    try {
      for (const { tenant, epoch, seq, revoked: sids } of await ask(tenants)) {
        if (!isDegraded()) positions.note(tenant, { epoch, seq });
        if (hasStaff(tenant)) heads.noteTrue(tenant, { epoch, seq }, always);
        revoked.add(tenant, sids, revokedForMs);
      }
    } catch (error) {
      logger.warn("the api did not answer with heads", { tenants: tenants.length, err: error });
    }
  }
}
