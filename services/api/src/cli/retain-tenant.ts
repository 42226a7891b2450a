import type { Environment } from "@waiter/config";
import { setRequestRetention } from "@waiter/database";
import { parsed } from "./parse-args.ts";
import { requireTenant, slugOf } from "./tenant-argument.ts";
import { UsageError } from "./usage-error.ts";
import { withDatabase } from "./with-database.ts";

/**
 * Sets for how long a tenant keeps its closed requests: `--days`, or `--default` for
 * REQUEST_RETENTION, which is the longest. The worker deletes older ones once a day, in pages.
 */
export async function retainTenantCommand(
  args: readonly string[],
  env: Environment,
): Promise<void> {
  const { positionals, values } = parsed({
    args: [...args],
    options: {
      slug: { type: "string" },
      days: { type: "string" },
      default: { type: "boolean" },
    },
    allowPositionals: true,
  });
  const slug = slugOf(positionals, values.slug);
  if ((values.days === undefined) === (values.default !== true))
    throw new UsageError("expected either --days or --default");
  const days = values.days === undefined ? undefined : daysOf(values.days);
  await withDatabase(env, async (database) => {
    const { id } = await requireTenant(database, slug);
    await setRequestRetention(database, id, days);
  });
  console.log(
    `${slug} keeps closed requests for ${days === undefined ? "" : `${days} days, at most for `}REQUEST_RETENTION`,
  );
}

function daysOf(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > 3_650)
    throw new UsageError("--days needs a number from 1 to 3650");
  return days;
}
