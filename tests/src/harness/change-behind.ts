import { createDatabase, type Database } from "@waiter/database";
import { setSuspended } from "@waiter/restaurant";
import type { System } from "@waiter/testkit";

/** Lets a restaurant's invitations end, as after 24 hours. */
export function expireInvitations(system: System, slug: string): Promise<void> {
  return changeBehind(system, slug, async (database, id) => {
    const expired = { expires_at: new Date(Date.now() - 60_000) };
    await database.inTenant(id, (tx) => tx.updateTable("invitation").set(expired).execute());
  });
}

/** What the platform's operator does with one who does not pay. */
export function suspend(system: System, slug: string): Promise<void> {
  return changeBehind(system, slug, (database, id) => setSuspended(database, id, true));
}

/** Changes a restaurant behind the services' backs. */
async function changeBehind(
  { file }: System,
  slug: string,
  change: (database: Database, id: string) => Promise<unknown>,
): Promise<void> {
  await using database = createDatabase({ url: file.databaseUrl, name: "test", max: 1 });
  const tenant = await database.findTenant(slug);
  if (tenant === undefined) throw new Error(`there is no restaurant ${slug}`);
  await change(database, tenant.id);
}
