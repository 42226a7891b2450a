import { endOf, type Revocable } from "@waiter/contracts";
import { inSlices, inTurns } from "@waiter/lifecycle";
import type { Revocation } from "@waiter/live-state";

interface TenantRevocations {
  /** When the last token concerned expires, ms, by id. */
  readonly untilMs: Map<string, number>;
  /** Of the first reading; `isLoaded` when it succeeded. */
  loading: Promise<void> | undefined;
  isLoaded: boolean;
  /** When a socket of the tenant last wanted to join, ms. */
  wantedAt: number;
}
export interface RevokedSessionsOptions {
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
   * revoked before, once per tenant. Without Redis the api is asked, each time. Never rejects.
   * @returns undefined where the tenant's revocations are read already.
   */
  load(tenantId: string, now = Date.now()): Promise<void> | undefined {
    const tenant = this.#tenants.get(tenantId) ?? {
      untilMs: new Map<string, number>(),
      loading: undefined,
      isLoaded: false,
      wantedAt: now,
    };
    this.#tenants.set(tenantId, tenant);
    tenant.wantedAt = now;
    if (tenant.isLoaded) return undefined;
    return (tenant.loading ??= this.#begin(tenantId).then(
      () => {
        tenant.isLoaded = true;
      },
      async () => {
        tenant.loading = undefined;
        await this.#options.ask(tenantId);
      },
    ));
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
    await inSlices([...this.#tenants.keys()], 200, (tenantId) => this.#read(tenantId));
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

  async #begin(tenantId: string): Promise<void> {
    if (!(await this.#options.subscribe(tenantId))) throw new Error("not subscribed in time");
    await this.#read(tenantId);
  }

  async #read(tenantId: string): Promise<void> {
    this.#add(tenantId, await this.#options.read(tenantId));
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
