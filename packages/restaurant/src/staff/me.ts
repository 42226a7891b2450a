import type { Language, Me } from "@waiter/contracts";
import type { Database, TenantTransaction } from "@waiter/database";
import { sql } from "kysely";
import { change, type ChangeContext, type Changed, type Sealing } from "../change.ts";
import { findPerson, publicStaff } from "./staff.ts";

/** The caller's own person. */
export async function readMe(tx: TenantTransaction, id: string): Promise<Me> {
  const person = await findPerson(tx, id);
  const { language, hash } = await tx
    .selectFrom("staff")
    .select(["language", "password_hash as hash"])
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return {
    ...person,
    hasPassword: hash !== null,
    ...(language !== null && { language: language as Language }),
  };
}

/** Changes one's own name or language. Boards follow the name. */
export const updateMe = (
  database: Database,
  context: ChangeContext & { readonly editor: { readonly id: string } },
  patch: { readonly name?: string | undefined; readonly language?: Language | null | undefined },
): Promise<Changed<{ me: Me }>> =>
  change(
    database,
    context,
    "me.update",
    patch,
    async (tx, log) => {
      const { id } = context.editor;
      await tx
        .updateTable("staff")
        .set({
          version: sql<number>`version + 1`,
          ...(patch.name !== undefined && { name: patch.name }),
          ...(patch.language !== undefined && { language: patch.language }),
        })
        .where("tenant_id", "=", tx.tenantId)
        .where("id", "=", id)
        .execute();
      const me = await readMe(tx, id);
      const { language: _, hasPassword: __, ...person } = me;
      return {
        status: 200,
        body: { me },
        events: [log("staff.updated", { staff: publicStaff(person) })],
      };
    },
    ownAddress,
  );

/** The stored answer has no e-mail address; a replay shows the address in the row. */
const ownAddress: Sealing<{ me: Me }> = {
  seal: ({ me: { email: _email, ...me } }) => ({ me }),
  reveal: async (tx, { me }) => {
    const { email } = await findPerson(tx, me.id);
    return { me: { ...me, ...(email !== undefined && { email }) } };
  },
};
