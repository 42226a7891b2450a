import { sql } from "kysely";
import { interval } from "../interval.ts";
import type { TenantTransaction } from "../transactions/tenant-transaction.ts";

/** Another tenant has this slug. */
export class SlugTakenError extends Error {
  constructor(slug: string, cause: unknown) {
    super(`the slug ${slug} is taken`, { cause });
    this.name = "SlugTakenError";
  }
}

/** A deleted tenant had this slug, and others may have it from `freeFrom` on. */
export class SlugReservedError extends Error {
  readonly freeFrom: Date;
  constructor(slug: string, freeFrom: Date) {
    super(`the slug ${slug} is reserved until ${freeFrom.toISOString()}`);
    this.name = "SlugReservedError";
    this.freeFrom = freeFrom;
  }
}

export interface SlugClaim {
  readonly slug: string;
  /** How long the slug of a deleted tenant is refused, ms. */
  readonly reservedForMs: number;
  readonly reuse: boolean;
}

/**
 * Takes a slug for a new tenant, unless a tenant that was deleted lately had it; with `reuse` even
 * then.
 * @throws {SlugReservedError}
 */
export async function claimSlug(
  tx: TenantTransaction,
  { slug, reservedForMs, reuse }: SlugClaim,
): Promise<void> {
  const { rows } = await sql<{ freeFrom: Date | null }>`
    select claim_slug(${slug}, ${interval(reservedForMs)},
      ${reuse}::boolean) as "freeFrom"`.execute(tx);
  const freeFrom = rows[0]?.freeFrom ?? null;
  if (freeFrom !== null) throw new SlugReservedError(slug, freeFrom);
}
