import type { AnySocket } from "../handshake/session.ts";

interface Counts {
  staff: number;
  guests: number;
}

/** Which tenants have sockets on this gateway. */
export class LocalTenants {
  readonly #tenants = new Map<string, Counts>();

  /** @returns whether it is the tenant's first socket of its audience on this gateway. */
  add({ data: { tenantId, audience } }: AnySocket): boolean {
    let counts = this.#tenants.get(tenantId);
    if (counts === undefined) this.#tenants.set(tenantId, (counts = { staff: 0, guests: 0 }));
    counts[keyOf(audience)] += 1;
    return counts[keyOf(audience)] === 1;
  }

  /** @returns whether it was the tenant's last socket of its audience on this gateway. */
  remove({ data: { tenantId, audience } }: AnySocket): boolean {
    const counts = this.#tenants.get(tenantId);
    if (counts === undefined) return false;
    counts[keyOf(audience)] -= 1;
    if (counts.staff + counts.guests === 0) this.#tenants.delete(tenantId);
    return counts[keyOf(audience)] === 0;
  }

  all(): string[] {
    return [...this.#tenants.keys()];
  }

  has(tenantId: string): boolean {
    return this.#tenants.has(tenantId);
  }

  hasStaff(tenantId: string): boolean {
    return (this.#tenants.get(tenantId)?.staff ?? 0) > 0;
  }

  withStaff(): string[] {
    return this.all().filter((tenantId) => this.hasStaff(tenantId));
  }
}

const keyOf = (audience: "staff" | "guest"): keyof Counts =>
  audience === "staff" ? "staff" : "guests";
