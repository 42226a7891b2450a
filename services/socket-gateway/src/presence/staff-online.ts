export interface StaffOnlineOptions {
  readonly hasGuests: (tenantId: string) => boolean;
  /** Tells the tenant's guests on this gateway. */
  readonly send: (tenantId: string, online: boolean) => void;
}

/**
 * Whether a staff screen is connected, of each tenant with guests on this gateway. Every change
 * goes to these guests: by the announcement on the tenant's channel, at once, and by the periodic
 * look at the presence set, where an announcement was lost.
 */
export class StaffOnline {
  readonly #options: StaffOnlineOptions;
  readonly #known = new Map<string, boolean>();

  constructor(options: StaffOnlineOptions) {
    this.#options = options;
  }

  /** Undefined before the first look. */
  get(tenantId: string): boolean | undefined {
    return this.#known.get(tenantId);
  }

  note(tenantId: string, online: boolean): void {
    if (!this.#options.hasGuests(tenantId) || this.#known.get(tenantId) === online) return;
    this.#known.set(tenantId, online);
    this.#options.send(tenantId, online);
  }

  /** The tenant's last guest left. */
  forget(tenantId: string): void {
    this.#known.delete(tenantId);
  }
}
