import type { Database, TenantEntry } from "@waiter/database";
import { UsageError } from "./usage-error.ts";

/** The one slug of a command line, as `<slug>` or `--slug <slug>`. */
export function slugOf(positionals: readonly string[], slug: string | undefined): string {
  const [one = slug, ...more] = positionals;
  if (one === undefined || more.length > 0 || (slug !== undefined && slug !== one))
    throw new UsageError("one slug is needed");
  return one;
}

/** The tenant of a slug; throws where there is none. */
export async function requireTenant(database: Database, slug: string): Promise<TenantEntry> {
  const tenant = await database.findTenant(slug);
  if (tenant === undefined) throw new Error(`there is no tenant ${slug}`);
  return tenant;
}
