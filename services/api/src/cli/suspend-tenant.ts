import type { Environment } from "@waiter/config";
import { setSuspended } from "@waiter/restaurant";
import { noteCommand } from "./note-command.ts";
import { parsed } from "./parse-args.ts";
import { requireTenant, slugOf } from "./tenant-argument.ts";
import { withDatabase } from "./with-database.ts";

/**
 * Suspends a tenant, or resumes it. Repeatable. Running apis see it within a second and end the
 * tenant's sockets.
 */
export async function suspendTenantCommand(
  args: readonly string[],
  env: Environment,
  suspended: boolean,
): Promise<void> {
  const { positionals, values } = parsed({
    args: [...args],
    options: { slug: { type: "string" } },
    allowPositionals: true,
  });
  const slug = slugOf(positionals, values.slug);
  await withDatabase(env, async (database) => {
    const { id } = await requireTenant(database, slug);
    if (await setSuspended(database, id, suspended))
      noteCommand(suspended ? "tenant_suspended" : "tenant_resumed", { tenantId: id });
  });
  console.log(`${suspended ? "suspended" : "resumed"} ${slug}`);
}
