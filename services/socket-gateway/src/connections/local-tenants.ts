import type { AnySocket } from "../handshake/session.ts";

interface Counts {
  staff: number;
  guests: number;
  /** Guests by table. */
  readonly tables: Map<string, number>;
}

/** Which tenants, and which of their tables, have sockets on this gateway. */
export class LocalTenants {
  readonly #tenants = new Map<string, Counts>();

  /** @returns whether it is the tenant's first socket of its audience on this gateway. */
  add({ data }: AnySocket): boolean {
    let counts = this.#tenants.get(data.tenantId);
    if (counts === undefined)
      this.#tenants.set(data.tenantId, (counts = { staff: 0, guests: 0, tables: new Map() }));
    const key = keyOf(data.audience);
    counts[key] += 1;
    if (data.audience === "guest")
      counts.tables.set(data.tableId, (counts.tables.get(data.tableId) ?? 0) + 1);
    return counts[key] === 1;
  }

  /** @returns whether it was the tenant's last socket of its audience on this gateway. */
  remove({ data }: AnySocket): boolean {
    const counts = this.#tenants.get(data.tenantId);
    if (counts === undefined) return false;
    const key = keyOf(data.audience);
    counts[key] -= 1;
    if (data.audience === "guest") leaveTable(counts.tables, data.tableId);
    if (counts.staff + counts.guests === 0) this.#tenants.delete(data.tenantId);
    return counts[key] === 0;
  }

  all(): string[] {
    return [...this.#tenants.keys()];
  }

  get size(): number {
    return this.#tenants.size;
  }

  /** One of them. */
  any(): string | undefined {
    return this.#tenants.keys().next().value;
  }

  has(tenantId: string): boolean {
    return this.#tenants.has(tenantId);
  }

  hasStaff(tenantId: string): boolean {
    return (this.#tenants.get(tenantId)?.staff ?? 0) > 0;
  }

  hasGuests(tenantId: string): boolean {
    return (this.#tenants.get(tenantId)?.guests ?? 0) > 0;
  }

  /** One pass without a look-up per tenant: of 40,000 tenants it takes a millisecond. */
  withStaff(): string[] {
    const found: string[] = [];
    for (const [tenantId, { staff }] of this.#tenants) if (staff > 0) found.push(tenantId);
    return found;
  }

  /** One after another, so that a walk may take several turns of the event loop. */
  *withGuests(): Generator<string> {
    for (const [tenantId, { guests }] of this.#tenants) if (guests > 0) yield tenantId;
  }

  /** The tables of a tenant that have a guest here. */
  tablesOf(tenantId: string): string[] {
    return [...(this.#tenants.get(tenantId)?.tables.keys() ?? [])];
  }
}

function leaveTable(tables: Map<string, number>, tableId: string): void {
  const left = (tables.get(tableId) ?? 1) - 1;
  if (left === 0) tables.delete(tableId);
  else tables.set(tableId, left);
}

const keyOf = (audience: "staff" | "guest"): "staff" | "guests" =>
  audience === "staff" ? "staff" : "guests";
