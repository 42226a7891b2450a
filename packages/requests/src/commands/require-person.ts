import type { TenantTransaction } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { sql } from "kysely";
import type { Actor } from "../actor.ts";
import type { Guard } from "../idempotency/look-up-key.ts";
import type { Command } from "../state/transition.ts";

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
  if (person === undefined) throw unknownPerson();
}

function unknownPerson(): AppError {
  const errors = [{ path: "as", message: "is not an active person of this restaurant" }];
  return new AppError("validation_failed", { extra: { errors } });
}

/**
 * Guards of a claim: who gets the request is active until the claim is committed. The person's row
 * is locked in share mode: a deactivation that is under way is waited for, and a later one waits
 * for the claim and releases the request. The lock is taken in the statement that finds the
 * request, and other people's claims do not wait for it.
 */
export function guardHolder({ name }: Command, actor: Actor): readonly Guard[] {
  if (name !== "claim" || actor.kind !== "staff") return [];
  const { id, screen } = actor;
  const guard: Guard = {
    name: "holder",
    read: (p) => sql`(select staff.active from staff
      where staff.tenant_id = ${p("tenantId")} and staff.id = ${p("holder")}::uuid for share)`,
    params: { holder: id },
    when: "new",
    check: (isActive) => {
      if (isActive !== false) return;
      throw screen === undefined
        ? new AppError("unauthorized", { detail: "This person was deactivated." })
        : unknownPerson();
    },
  };
  return [guard];
}

/** What the idempotency hash of a command adds for a screen: the person it names. */
export const namedPerson = (actor: Actor): readonly string[] =>
  actor.kind === "staff" && actor.screen !== undefined ? [actor.id] : [];
