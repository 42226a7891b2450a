import type { Environment } from "@waiter/config";
import { invite, listManagedStaff } from "@waiter/restaurant";
import { invitationLink } from "../tenants/invitation-link.ts";
import { noteCommand } from "./note-command.ts";
import { parsed } from "./parse-args.ts";
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
  if (slug === undefined) throw new UsageError("--slug is needed");
  await withDatabase(env, async (database, config) => {
    const tenant = await database.findTenant(slug);
    if (tenant === undefined) throw new Error(`there is no tenant ${slug}`);
    const staff = await database.inTenant(tenant.id, (tx) => listManagedStaff(tx), {
      readOnly: true,
    });
    const person =
      values.id === undefined
        ? staff.find(({ role }) => role === "owner")
        : staff.find(({ id }) => id === values.id);
    if (person === undefined) throw new Error("there is no such active person");
    const context = { tenantId: tenant.id, editor: { id: null, role: "platform" } } as const;
    const invited = await invite(database, context, person.id);
    noteCommand("invitation_made", { tenantId: tenant.id, staffId: person.id });
    const { qrSvg: _, ...link } = await invitationLink(slug, config.DOMAIN_URL, invited);
    const { id, name, role } = person;
    console.log(JSON.stringify({ staff: { id, name, role }, invitation: link }, null, 2));
  });
}
