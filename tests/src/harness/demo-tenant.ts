import type { System } from "@waiter/testkit";
import { createDatabase, type Database } from "@waiter/database";

/** The demo restaurant behind the services' backs: their database, as their role. */
export interface DemoTenant extends AsyncDisposable {
  readonly id: string;
  readonly database: Database;
}

/** Its calls never escalate from here on, so that the only events are the test's own. */
export async function openDemoTenant({ file }: System): Promise<DemoTenant> {
  const database = createDatabase({ url: file.databaseUrl, name: "test", max: 2 });
  const id = (await database.findTenant("demo"))?.id;
  if (id === undefined) throw new Error("there is no demo restaurant");
  await database.inTenant(id, (tx) =>
    tx.updateTable("tenant").set({ escalation_steps: [] }).execute(),
  );
  return { id, database, [Symbol.asyncDispose]: () => database.close() };
}
