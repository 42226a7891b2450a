/** Reads a tenant's revoked sessions from Redis: session ids whose access tokens may still be alive. */
export type ReadRevoked = (tenantId: string) => Promise<readonly string[]>;

interface TenantRevocations {
  readonly sids: Map<string, number>;
  loaded: Promise<void> | undefined;
}

/**
 * Which sessions are revoked, as far as this gateway knows. Postgres decides; what it decided arrives three ways, each
 * repairing the one before: the announcement (`serverSideEmit`), the tenant's set in Redis (read when its first socket
 * comes, and again after every reconnection), and the answer of `POST /internal/heads` (every 30 s). A session once known
 * as revoked stays so until every access token of it has expired, whatever Redis lost.
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

  /** Resolves once the tenant's set was read, or could not be: then the api, which checks each command, is the guard. */
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

  /** Notes revocations, and ends the sessions not known as revoked before. */
  add(tenantId: string, sids: readonly string[], now = Date.now()): void {
    if (sids.length === 0) return;
    const tenant = this.#tenant(tenantId);
    for (const sid of sids) {
      const isNew = !tenant.sids.has(sid);
      tenant.sids.set(sid, now + this.#tokenLifetimeMs);
      if (isNew) this.#onRevoked(tenantId, sid);
    }
  }

  /** After a reconnection: what was announced meanwhile went past us. */
  async reloadAll(): Promise<void> {
    await Promise.allSettled([...this.#tenants.keys()].map((tenantId) => this.#reload(tenantId)));
  }

  /** Forgets what no longer matters: expired revocations, and tenants without sockets here. */
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
