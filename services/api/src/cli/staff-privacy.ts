import type { Environment } from "@waiter/config";
import { exportStaff } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { erasePerson } from "@waiter/restaurant";
import { noteCommand } from "./note-command.ts";
import { parsed, personIdOf } from "./parse-args.ts";
import { UsageError } from "./usage-error.ts";
import { withDatabase } from "./with-database.ts";

const options = {
  slug: { type: "string" },
  id: { type: "string" },
  yes: { type: "boolean" },
} as const;

function personOf(args: readonly string[]): { slug: string; id: string; yes: boolean } {
  const { slug, id, yes = false } = parsed({ args: [...args], options }).values;
  if (slug === undefined || id === undefined) throw new UsageError("--slug and --id are needed");
  return { slug, id: personIdOf(id), yes };
}

/** Prints everything stored about a person as JSON. */
export async function exportStaffCommand(args: readonly string[], env: Environment): Promise<void> {
  const { slug, id } = personOf(args);
  await withDatabase(env, async (database) => {
    const tenant = await database.findTenant(slug);
    if (tenant === undefined) throw new Error(`there is no tenant ${slug}`);
    const stored = await database.inTenant(tenant.id, (tx) => exportStaff(tx, id), {
      readOnly: true,
    });
    if (stored === undefined) throw new Error("there is no such person");
    noteCommand("person_exported", { tenantId: tenant.id, staffId: id });
    console.log(JSON.stringify(stored, null, 2));
  });
}

/**
 * Erases a person for good. Refuses the last active owner. The relay publishes the events, so that
 * open boards drop the name.
 */
export async function eraseStaffCommand(args: readonly string[], env: Environment): Promise<void> {
  const { slug, id, yes } = personOf(args);
  if (!yes) throw new UsageError("this erases the person for good: say --yes");
  await withDatabase(env, async (database) => {
    const tenant = await database.findTenant(slug);
    if (tenant === undefined) throw new Error(`there is no tenant ${slug}`);
    const context = { tenantId: tenant.id, editor: { id: null, role: "platform" } } as const;
    await erasePerson(database, context, id).catch((error: unknown) => {
      if (error instanceof AppError && error.code === "not_found")
        throw new Error("there is no such person");
      throw error;
    });
    noteCommand("person_erased", { tenantId: tenant.id, staffId: id });
    console.log(`erased ${id}`);
  });
}
