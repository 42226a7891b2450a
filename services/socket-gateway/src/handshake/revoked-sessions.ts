import { endOf, type Revocable } from "@waiter/contracts";
import { inSlices } from "@waiter/lifecycle";

/** Reads a tenant's revoked session ids from Redis. */
export type ReadRevoked = (tenantId: string) => Promise<readonly string[]>;

interface TenantRevocations {
  readonly sids: Map<string, number>;
  loaded: Promise<void> | undefined;
}

/**
 * Revoked sessions that this gateway knows. Postgres is the truth; it arrives in three ways, each
 * repairing the one before: the announcement (`serverSideEmit`), the tenant's set in Redis (read
 * for its first socket and after every reconnection), and `POST /internal/heads` (every 30 s). A
 * session stays revoked here until all of its access tokens have expired, even if Redis lost the
 * entry.
 */
export class RevokedSessions {
  readonly #tenants = new Map<string, TenantRevocations>();
  readonly #read: ReadRevoked;
  readonly #onRevoked: (tenantId: string, sid: string) => void;
  readonly #tokenLifetimeMs: number;

  constructor(options: {
    read: ReadRevoked;
    onRevoked: (tenantId: string, sid: string) => void;
    tokenLifetimeMs: number;
  }) {
    this.#read = options.read;
    this.#onRevoked = options.onRevoked;
    this.#tokenLifetimeMs = options.tokenLifetimeMs;
  }

  /** Reads the tenant's set once. If Redis fails, the api still checks every command. */
  async load(tenantId: string): Promise<void> {
    const tenant = this.#tenant(tenantId);
    tenant.loaded ??= this.#reload(tenantId).catch(() => {
      tenant.loaded = undefined;
    });
    await tenant.loaded;
  }

  isRevoked(tenantId: string, sid: string): boolean {
    return this.#tenants.get(tenantId)?.sids.has(sid) === true;
  }

  /** Why a session must end; undefined for a living one. */
  endOf(tenantId: string, session: Revocable): ReturnType<typeof endOf> {
    return endOf(session, (id) => this.isRevoked(tenantId, id));
  }

  /**
   * Adds revocations and reports each new one to `onRevoked`. The tenant's own id says that the
   * tenant is suspended or deleted: it is reported each time and not kept, because it may return.
   */
  add(tenantId: string, sids: readonly string[], now = Date.now()): void {
    if (sids.length === 0) return;
    const tenant = this.#tenant(tenantId);
    for (const sid of sids) {
      if (sid === tenantId) {
        this.#onRevoked(tenantId, sid);
        continue;
      }
      const isNew = !tenant.sids.has(sid);
      tenant.sids.set(sid, now + this.#tokenLifetimeMs);
      if (isNew) this.#onRevoked(tenantId, sid);
    }
  }

  /** Reads all sets again: announcements during a disconnection were missed. */
  async reloadAll(): Promise<void> {
    await inSlices([...this.#tenants.keys()], 200, (tenantId) => this.#reload(tenantId));
  }

  /** Drops expired revocations and tenants without local sockets. */
  prune(isPresent: (tenantId: string) => boolean, now = Date.now()): void {
    for (const [tenantId, { sids }] of this.#tenants) {
      for (const [sid, until] of sids) if (until <= now) sids.delete(sid);
      if (sids.size === 0 && !isPresent(tenantId)) this.#tenants.delete(tenantId);
    }
  }

  async #reload(tenantId: string): Promise<void> {
    this.add(tenantId, await this.#read(tenantId));
  }

  #tenant(tenantId: string): TenantRevocations {
    let tenant = this.#tenants.get(tenantId);
    if (tenant === undefined) {
      tenant = { sids: new Map(), loaded: undefined };
      this.#tenants.set(tenantId, tenant);
    }
    return tenant;
  }
}
