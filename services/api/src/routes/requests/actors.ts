import type { GuestClaims, StaffClaims } from "@waiter/contracts";
import type { GuestActor, Idempotency, StaffActor } from "@waiter/requests";

export const staffActor = ({ sub, role }: StaffClaims): StaffActor => ({
  kind: "staff",
  id: sub,
  role,
});
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
