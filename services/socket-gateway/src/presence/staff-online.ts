import type { TenantReach } from "@waiter/contracts";

export interface StaffOnlineOptions {
  readonly hasGuests: (tenantId: string) => boolean;
  /** Which other way reaches the staff; undefined where the api does not answer. Never rejects. */
  readonly askReach: (tenantId: string) => Promise<TenantReach | undefined>;
  /** How long a message waits for `askReach`, ms. */
  readonly waitMs: number;
  /** Tells the tenant's guests on this gateway. */
  readonly send: (tenantId: string, reach?: TenantReach) => void;
}

/** A tenant's state since its last change. */
interface Known {
  readonly online: boolean;
}

/**
 * Whether a staff screen is connected, of each tenant with guests on this gateway. Every change
 * goes to these guests: by the announcement on the tenant's channel, at once, and by the periodic
 * look at the presence set, where an announcement was lost. That the last screen left goes with the
 * way that still reaches the staff, or, if the api takes long, before it.
 */
export class StaffOnline {
  readonly #options: StaffOnlineOptions;
  readonly #known = new Map<string, Known>();

  constructor(options: StaffOnlineOptions) {
    this.#options = options;
  }

  /** Undefined before the first look. */
  get(tenantId: string): boolean | undefined {
    return this.#known.get(tenantId)?.online;
  }

  note(tenantId: string, online: boolean): void {
    if (!this.#options.hasGuests(tenantId) || this.get(tenantId) === online) return;
    const known = { online };
    this.#known.set(tenantId, known);
    if (online) this.#options.send(tenantId);
    else void this.#sendOffline(tenantId, known);
  }

  /** The tenant's last guest left. */
  forget(tenantId: string): void {
    this.#known.delete(tenantId);
  }

  async #sendOffline(tenantId: string, known: Known): Promise<void> {
    const { askReach, send, waitMs } = this.#options;
    const isPresent = (): boolean => this.#known.get(tenantId) === known;
    let isSent = false;
    const timer = setTimeout(() => {
      isSent = true;
      if (isPresent()) send(tenantId);
    }, waitMs);
    const reach = await askReach(tenantId);
    clearTimeout(timer);
    if (isPresent() && (reach !== undefined || !isSent)) send(tenantId, reach);
  }
}
