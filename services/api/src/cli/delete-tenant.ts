import { existsSync } from "node:fs";
import type { Environment } from "@waiter/config";
import { deleteTenant } from "../tenants/delete-tenant.ts";
import { exportToFile } from "./export-tenant.ts";
import { noteCommand } from "./note-command.ts";
import { parsed } from "./parse-args.ts";
import { requireTenant, slugOf } from "./tenant-argument.ts";
import { UsageError } from "./usage-error.ts";
import { withDatabase } from "./with-database.ts";

/**
 * Deletes a tenant and everything it has. With `--export` its rows are written to that file first,
 * and nothing is deleted if that fails. What it left in Redis expires by itself.
 */
export async function deleteTenantCommand(
  args: readonly string[],
  env: Environment,
): Promise<void> {
  const { positionals, values } = parsed({
    args: [...args],
    options: {
      yes: { type: "boolean" },
      slug: { type: "string" },
      export: { type: "string" },
    },
    allowPositionals: true,
  });
  const slug = slugOf(positionals, values.slug);
  if (values.yes !== true)
    throw new UsageError(`this deletes everything that ${slug} has: say --yes`);
  await withDatabase(env, async (database) => {
    await requireTenant(database, slug);
    if (values.export !== undefined) {
      // It may be the last that is left of another restaurant.
      if (existsSync(values.export))
        throw new UsageError(`${values.export} exists: name a new file for the export`);
      await exportToFile(database, slug, values.export);
    }
    const { tenantId } = await deleteTenant(database, slug);
    noteCommand("tenant_deleted", { tenantId });
  });
  console.log(`deleted ${slug}`);
}
