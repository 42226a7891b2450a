import type { Claims, GuestClaims, StaffClaims } from "@waiter/contracts";
import type { TenantEntry } from "@waiter/database";
import { AppError } from "@waiter/errors";
import type { CommandContext, GuestActor, Guard, Idempotency, StaffActor } from "@waiter/requests";
import { currentTraceparent } from "@waiter/telemetry";
import { livingGuard } from "../../auth/authorize.ts";

/**
 * The person who gives a command: the caller, or on a screen the person that `as` names, with a
 * waiter's rights. Throws `validation_failed` where a screen sends no `as`, or another caller
 * sends it.
 */
export function staffActor({ sub, name, role, sid }: StaffClaims, as?: string): StaffActor {
  if (role !== "screen" && as === undefined) return { kind: "staff", id: sub, name, role, sid };
  if (role === "screen" && as !== undefined)
    return { kind: "staff", id: as, role: "waiter", sid, screen: { id: sub, name } };
  const message = role === "screen" ? "is required from a screen" : "is for screens only";
  throw new AppError("validation_failed", { extra: { errors: [{ path: "as", message }] } });
}
export const guestActor = ({ sub, table }: GuestClaims): GuestActor => ({
  kind: "guest",
  sessionId: sub,
  tableId: table,
});

/** A caller's key; keys of two callers never meet. */
export const idempotencyOf = (
  { sub }: { readonly sub: string },
  key: string | undefined,
): Idempotency | undefined => (key === undefined ? undefined : { principal: sub, key });

/** A call of a route that `refusesEnded`. */
export interface CommandCall {
  readonly tenant: TenantEntry;
  readonly principal: Claims;
  readonly idempotencyKey: string | undefined;
}

/**
 * What every command of a call carries. Its transaction refuses an ended session and a replaced
 * table code, then what `guards` refuse.
 */
export const commandContext = (
  { tenant, principal, idempotencyKey }: CommandCall,
  guards: readonly Guard[] = [],
): Omit<CommandContext, "actor"> => ({
  tenantId: tenant.id,
  idempotency: idempotencyOf(principal, idempotencyKey),
  traceparent: currentTraceparent(),
  guards: [livingGuard(tenant.id, principal), ...guards],
});
