import { endOf, type Revocable } from "@waiter/contracts";
import { inSlices, inTurns } from "@waiter/lifecycle";
import type { Revocation } from "@waiter/live-state";

interface TenantRevocations {
  /** When the last token concerned expires, ms, by id. */
  readonly untilMs: Map<string, number>;
  /** Of the reading under way. */
  loading: Promise<void> | undefined;
  /** The line in which they were read last: announcements of it came since. */
  readIn: number | undefined;
  /** When a socket of the tenant last wanted to join, ms. */
  wantedAt: number;
}
export interface RevokedSessionsOptions {
  /** Grows with each interruption of the subscriptions; undefined while Redis is away. */
  readonly line: () => number | undefined;
  /** Subscribes to the tenant's announcements; false if that is not confirmed in time. */
  readonly subscribe: (tenantId: string) => Promise<boolean>;
  readonly unsubscribe: (tenantId: string) => void;
  /** Reads a tenant's revocations from Redis. */
  readonly read: (tenantId: string) => Promise<readonly Revocation[]>;
  /** Reads them from Postgres through the api, and calls `add`; never rejects. */
  readonly ask: (tenantId: string) => Promise<void>;
  readonly onRevoked: (tenantId: string, id: string) => void;
}

/** A tenant without sockets is forgotten this long after the last attempt to join, ms. */
const idleMs = 60_000;
const prunedPerTurn = 500;

/**
 * Revoked sessions, table codes and roles of the tenants with sockets here. Postgres is the truth;
 * it arrives in three ways, each repairing the one before: the announcement on the tenant's
 * channel, the tenant's set in Redis (read after every subscription), and `POST /internal/heads`
 * (every 10 s). An id is kept until the last token that it concerns has expired.
 */
export class RevokedSessions {
  readonly #tenants = new Map<string, TenantRevocations>();
  readonly #options: RevokedSessionsOptions;

  constructor(options: RevokedSessionsOptions) {
    this.#options = options;
  }

  /**
   * Before a socket is admitted: subscribes, waits for the confirmation, then reads what was
   * revoked before, once per tenant and interruption of the subscriptions. Postgres' answer
   * follows. Without Redis the api is asked, each time. Never rejects.
   * @returns undefined where the tenant's revocations are read already.
   */
  load(tenantId: string, now = Date.now()): Promise<void> | undefined {
    const tenant = this.#tenants.get(tenantId) ?? {
      untilMs: new Map<string, number>(),
      loading: undefined,
      readIn: undefined,
      wantedAt: now,
    };
    this.#tenants.set(tenantId, tenant);
    tenant.wantedAt = now;
    const line = this.#options.line();
    if (line !== undefined && tenant.readIn === line) return undefined;
    return (tenant.loading ??= this.#subscribeAndRead(tenantId, line)
      .catch(() => this.#options.ask(tenantId))
      .finally(() => (tenant.loading = undefined)));
  }

  isRevoked(tenantId: string, id: string): boolean {
    return this.#tenants.get(tenantId)?.untilMs.has(id) === true;
  }

  /** Why a session must end; undefined for a living one. */
  endOf(tenantId: string, session: Revocable): ReturnType<typeof endOf> {
    return endOf(session, (id) => this.isRevoked(tenantId, id));
  }

  /**
   * Adds revocations of a tenant with sockets here, and reports each new one to `onRevoked`. The
   * tenant's own id says that the tenant is suspended or deleted: it is reported each time and not
   * kept, because it may return.
   */
  add(tenantId: string, ids: readonly string[], forMs: number, now = Date.now()): void {
    const untilMs = now + forMs;
    this.#add(
      tenantId,
      ids.map((id) => ({ id, untilMs })),
    );
  }

  /** Reads all sets again: announcements during a disconnection were missed. */
  async reloadAll(): Promise<void> {
    const line = this.#options.line();
    await inSlices([...this.#tenants.keys()], 200, (tenantId) => this.#read(tenantId, line));
  }

  /**
   * Drops expired revocations, and tenants without sockets, whose channel is left; a slice of
   * tenants per turn.
   */
  async prune(isPresent: (tenantId: string) => boolean, now = Date.now()): Promise<void> {
    await inTurns(this.#tenants, prunedPerTurn, (slice) => {
      for (const [tenantId, { untilMs, wantedAt }] of slice) {
        for (const [id, until] of untilMs) if (until <= now) untilMs.delete(id);
        if (isPresent(tenantId) || now - wantedAt < idleMs) continue;
        this.#tenants.delete(tenantId);
        this.#options.unsubscribe(tenantId);
      }
    });
  }

  get size(): number {
    return this.#tenants.size;
  }

  async #subscribeAndRead(tenantId: string, line: number | undefined): Promise<void> {
    const isSubscribed = await this.#options.subscribe(tenantId);
    if (!isSubscribed || line === undefined) throw new Error("not subscribed in time");
    await this.#read(tenantId, line);
    // Redis may have lost what an api could not write: no join waits for Postgres' answer.
    void this.#options.ask(tenantId);
  }

  /** @param line as it was before the subscription was known to be confirmed */
  async #read(tenantId: string, line: number | undefined): Promise<void> {
    this.#add(tenantId, await this.#options.read(tenantId));
    const tenant = this.#tenants.get(tenantId);
    if (tenant !== undefined) tenant.readIn = line;
  }

  #add(tenantId: string, revocations: readonly Revocation[]): void {
    const tenant = this.#tenants.get(tenantId);
    for (const { id, untilMs } of revocations) {
      if (id === tenantId) this.#options.onRevoked(tenantId, id);
      if (id === tenantId || tenant === undefined) continue;
      const known = tenant.untilMs.get(id);
      // The shortest: who does not know the kind of an id names the longest life of all.
      tenant.untilMs.set(id, Math.min(known ?? untilMs, untilMs));
      if (known === undefined) this.#options.onRevoked(tenantId, id);
    }
  }
}
