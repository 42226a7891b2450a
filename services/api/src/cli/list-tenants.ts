import { tenantOrigin } from "@waiter/auth";
import type { Environment } from "@waiter/config";
import type { Database, TenantEntry } from "@waiter/database";
import { takesNone } from "./parse-args.ts";
import { withDatabase } from "./with-database.ts";

/** Prints every tenant, one per line: slug, name, origin, state, separated by tabs. */
export async function listTenantsCommand(args: readonly string[], env: Environment): Promise<void> {
  takesNone(args);
  await withDatabase(env, async (database, { DOMAIN_URL }) => {
    for await (const { slug, name, suspended } of allTenants(database))
      console.log(
        [slug, name, tenantOrigin(slug, DOMAIN_URL), suspended ? "suspended" : "active"].join("\t"),
      );
  });
}

async function* allTenants(database: Database): AsyncGenerator<TenantEntry> {
  for (
    let page = await database.listTenants();
    page.length > 0;
    page = await database.listTenants({ after: page.at(-1)?.id })
  )
    yield* page;
}
