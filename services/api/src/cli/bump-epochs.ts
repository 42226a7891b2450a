import type { Environment } from "@waiter/config";
import { bumpEpoch } from "@waiter/database";
import { parsed } from "./parse-args.ts";
import { UsageError } from "./usage-error.ts";
import { withDatabase } from "./with-database.ts";

/**
 * For a restored database: gives one tenant, or every one, a new epoch, so that all its clients
 * take a new snapshot.
 */
export async function bumpEpochs(args: readonly string[], env: Environment): Promise<void> {
  const { positionals } = parsed({ args: [...args], options: {}, allowPositionals: true });
  const [slug, ...more] = positionals;
  if (more.length > 0) throw new UsageError("one slug at most");
  const heads = await withDatabase(env, async (database) => {
    const tenant = slug === undefined ? undefined : await database.findTenant(slug);
    if (slug !== undefined && tenant === undefined) throw new Error(`there is no tenant ${slug}`);
    return bumpEpoch(database, tenant?.id);
  });
  for (const { tenantId, epoch, seq } of heads) console.log([tenantId, epoch, seq].join("\t"));
}
