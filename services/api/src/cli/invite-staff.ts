import type { Environment } from "@waiter/config";
import { AppError } from "@waiter/errors";
import { invitePerson } from "../tenants/invite-person.ts";
import { noteCommand } from "./note-command.ts";
import { parsed, personIdOf } from "./parse-args.ts";
import { UsageError } from "./usage-error.ts";
import { withDatabase } from "./with-database.ts";

const options = { slug: { type: "string" }, id: { type: "string" } } as const;

/**
 * Makes a new one-time invitation and prints it as JSON: for the person `--id`, or without it for
 * the first active owner. It ends the person's invitation before it.
 */
export async function inviteStaffCommand(args: readonly string[], env: Environment): Promise<void> {
  const { values } = parsed({ args: [...args], options });
  const { slug } = values;
  const id = values.id === undefined ? undefined : personIdOf(values.id);
  if (slug === undefined) throw new UsageError("--slug is needed");
  await withDatabase(env, async (database, config) => {
    const tenant = await database.findTenant(slug);
    if (tenant === undefined) throw new Error(`there is no tenant ${slug}`);
    const invited = await invitePerson(database, config.DOMAIN_URL, tenant, id).catch(
      (error: unknown) => {
        if (error instanceof AppError && error.code === "not_found")
          throw new Error("there is no such active person");
        throw error;
      },
    );
    const { staff, invitation } = invited;
    noteCommand("invitation_made", { tenantId: tenant.id, staffId: staff.id });
    const { qrSvg: _, ...link } = invitation;
    console.log(JSON.stringify({ staff, invitation: link }, null, 2));
  });
}
