import type { Environment } from "@waiter/config";
import { createTenantBody } from "@waiter/contracts";
import { validate } from "@waiter/errors";
import { createTenant } from "../tenants/create-tenant.ts";
import { noteCommand } from "./note-command.ts";
import { parsed } from "./parse-args.ts";
import { slugOf } from "./tenant-argument.ts";
import { UsageError } from "./usage-error.ts";
import { withDatabase } from "./with-database.ts";

const options = {
  slug: { type: "string" },
  name: { type: "string" },
  "owner-email": { type: "string" },
  "owner-name": { type: "string" },
  tables: { type: "string" },
  reuse: { type: "boolean" },
} as const;

/**
 * Makes a tenant and prints it as JSON, with the owner's one-time invitation: its link signs the
 * owner's device in. With `--owner-email` and WAITER_OWNER_PASSWORD in the environment (a command
 * line can be read by others) the owner has that password instead. `--reuse` takes the slug of a
 * tenant that was deleted lately.
 */
export async function createTenantCommand(
  args: readonly string[],
  env: Environment,
): Promise<void> {
  const { positionals, values } = parsed({ args: [...args], options, allowPositionals: true });
  const slug = slugOf(positionals, values.slug);
  const email = values["owner-email"];
  const password = env["WAITER_OWNER_PASSWORD"];
  const body = validate(createTenantBody, {
    slug,
    name: values.name ?? slug,
    owner: { email, name: values["owner-name"] ?? "Owner", password },
    tables: tableLabels(values.tables),
    reuse: values.reuse,
  });
  const created = await withDatabase(env, (database, config) =>
    createTenant(database, config, body),
  );
  noteCommand("tenant_created", { tenantId: created.tenant.id });
  const { qrSvg: _, ...invitation } = created.invitation ?? { qrSvg: "" };
  console.log(JSON.stringify({ ...created, invitation }, null, 2));
}

/** Of one restaurant at its creation, as the body of the route says. */
const mostTables = 1_000;

/** `8` is the tables 1 to 8; `Bar,Terrace 1` are those two. */
function tableLabels(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) {
    const count = Number(text);
    if (count === 0 || count > mostTables)
      throw new UsageError(`--tables makes 1 to ${mostTables} tables`);
    return Array.from({ length: count }, (_, index) => `${index + 1}`);
  }
  return text.split(",").map((label) => label.trim());
}
