import type { Database, TenantTransaction } from "@waiter/database";
import { AppError } from "@waiter/errors";
import {
  answerOnce,
  hashCommand,
  lookUpKey,
  type Guard,
  type Idempotency,
  type Once,
} from "@waiter/requests";

/** Whose password, and the Idempotency-Key of the change. */
export interface PasswordContext {
  readonly tenantId: string;
  readonly staffId: string;
  readonly idempotency: Idempotency | undefined;
  /** Refuse the change in its transaction. */
  readonly guards: readonly Guard[];
}

/** Not of the password: a reader of the stored answer could guess it by trials. */
const onceOf = (idempotency: Idempotency | undefined): Once | undefined =>
  idempotency && { idempotency, hash: hashCommand(idempotency, ["me.password"]) };

/**
 * What a change of the password checks first: the present hash, null without a password, and
 * whether this key has changed it. Throws `idempotency_key_reused`.
 */
export const readPassword = (
  database: Database,
  { tenantId, staffId, idempotency }: PasswordContext,
): Promise<{ readonly hash: string | null; readonly isAnswered: boolean }> =>
  database.inTenant(
    tenantId,
    async (tx) => {
      const once = onceOf(idempotency);
      const isAnswered = once !== undefined && (await lookUpKey(tx, once)).answer !== undefined;
      return { hash: await hashOf(tx, staffId), isAnswered };
    },
    { readOnly: true },
  );

/**
 * Stores a new hash unless the password has changed since it was checked: then `conflict`.
 * `answered` means that the same key has changed the password meanwhile, and this stored nothing.
 */
export async function savePassword(
  database: Database,
  { tenantId, staffId, idempotency, guards }: PasswordContext,
  { before, after }: { readonly before: string | null; readonly after: string },
): Promise<"saved" | "answered"> {
  const answer = { status: 204, body: null };
  const outcome = await answerOnce<null, never, { readonly answer: typeof answer }>(
    database,
    tenantId,
    onceOf(idempotency),
    {
      guards,
      finish: async (tx, _found, store) => {
        // First: the same key at once waits here, and is answered as the other was.
        await store.save(answer);
        const { numUpdatedRows } = await tx
          .updateTable("staff")
          .set({ password_hash: after })
          .where("tenant_id", "=", tx.tenantId)
          .where("id", "=", staffId)
          .where("password_hash", before === null ? "is" : "=", before)
          .executeTakeFirstOrThrow();
        if (numUpdatedRows === 0n) throw new AppError("conflict");
        return { answer };
      },
    },
  );
  return "replayed" in outcome ? "answered" : "saved";
}

async function hashOf(tx: TenantTransaction, staffId: string): Promise<string | null> {
  const row = await tx
    .selectFrom("staff")
    .select("password_hash as hash")
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", staffId)
    .executeTakeFirst();
  if (row === undefined) throw new AppError("not_found");
  return row.hash;
}
