import { newSecret } from "@waiter/auth";
import type { Environment } from "@waiter/config";
import { createTenantBody } from "@waiter/contracts";
import { validate } from "@waiter/errors";
import { createTenant } from "../tenants/create-tenant.ts";
import { parsed } from "./parse-args.ts";
import { UsageError } from "./usage-error.ts";
import { withDatabase } from "./with-database.ts";

const options = {
  name: { type: "string" },
  "owner-email": { type: "string" },
  "owner-name": { type: "string" },
  tables: { type: "string" },
} as const;

/**
 * Makes a tenant and prints it as JSON. The owner's password is read from WAITER_OWNER_PASSWORD, never from the command
 * line, which others can see; without it one is made and printed, once.
 */
export async function createTenantCommand(
  args: readonly string[],
  env: Environment,
): Promise<void> {
  const { positionals, values } = parsed({ args: [...args], options, allowPositionals: true });
  const [slug, ...more] = positionals;
  const email = values["owner-email"];
  if (slug === undefined || more.length > 0 || email === undefined)
    throw new UsageError("a slug and --owner-email are needed");
  const given = env["WAITER_OWNER_PASSWORD"];
  const password = given ?? newSecret().slice(0, 16);
  const body = validate(createTenantBody, {
    slug,
    name: values.name ?? slug,
    owner: { email, name: values["owner-name"] ?? "Owner", password },
    tables: tableLabels(values.tables),
  });
  const created = await withDatabase(env, (database, config) =>
    createTenant(database, config.DOMAIN_URL, body),
  );
  console.log(
    JSON.stringify(
      { ...created, owner: { ...created.owner, ...(given === undefined ? { password } : {}) } },
      null,
      2,
    ),
  );
}

/** `8` is the tables 1 to 8; `Bar,Terrace 1` are those two. */
function tableLabels(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,4}$/.test(text))
    return Array.from({ length: Number(text) }, (_, index) => `${index + 1}`);
  return text.split(",").map((label) => label.trim());
}
