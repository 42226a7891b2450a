import type { TenantTransaction } from "@waiter/database";
import { AppError } from "@waiter/errors";
import type { Actor } from "../actor.ts";

/**
 * A command that a screen gives needs an active person who is no screen. Throws `validation_failed`
 * for `as`.
 */
export async function requirePerson(tx: TenantTransaction, actor: Actor): Promise<void> {
  if (actor.kind !== "staff" || actor.screen === undefined) return;
  const person = await tx
    .selectFrom("staff")
    .select("id")
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", actor.id)
    .where("active", "=", true)
    .where("role", "<>", "screen")
    .executeTakeFirst();
  if (person !== undefined) return;
  const errors = [{ path: "as", message: "is not an active person of this restaurant" }];
  throw new AppError("validation_failed", { extra: { errors } });
}

/** What the idempotency hash of a command adds for a screen: the person it names. */
export const namedPerson = (actor: Actor): readonly string[] =>
  actor.kind === "staff" && actor.screen !== undefined ? [actor.id] : [];
