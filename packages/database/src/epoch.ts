import { randomUUID } from "node:crypto";
import type { Head } from "@waiter/contracts";
import type { Database } from "./database.ts";
import { eachTenant } from "./tenants.ts";

/**
 * Gives a tenant (without an id: every one) a new epoch. For databases restored to an earlier state: numbers will come
 * twice, and a new epoch tells every client to take a new snapshot instead of believing them. Returns the new heads.
 */
export async function bumpEpoch(database: Database, tenantId?: string): Promise<(Head & { tenantId: string })[]> {
  if (tenantId !== undefined) return bumpOne(database, tenantId);
  const heads = [];
  for await (const id of eachTenant(database)) heads.push(...(await bumpOne(database, id)));
  return heads;
}

const bumpOne = (database: Database, tenantId: string): Promise<(Head & { tenantId: string })[]> =>
  database.inTenant(tenantId, (tx) =>
    tx
      .updateTable("tenant_counter")
      .set({ epoch: randomUUID() })
      .where("tenant_id", "=", tenantId)
      .returning(["tenant_id as tenantId", "epoch", "seq"])
      .execute(),
  );
