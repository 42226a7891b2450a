import type { StaffClaims } from "@waiter/contracts";
import type { TenantEntry } from "@waiter/database";
import type { Changed, ChangeContext } from "@waiter/restaurant";
import type { Context } from "../context.ts";
import type { Answer } from "../http/route.ts";
import { commandContext } from "./requests/actors.ts";

export type ChangeDeps = Pick<Context, "database" | "afterCommit" | "invalidate">;

/**
 * Who changes the restaurant, with what every command of a call carries: the change's transaction
 * refuses a session that ended while the body arrived.
 */
export const changeContext = ({
  tenant,
  principal,
  idempotencyKey,
}: {
  readonly tenant: TenantEntry;
  readonly principal: StaffClaims;
  readonly idempotencyKey?: string | undefined;
}): ChangeContext & {
  readonly editor: { readonly id: string; readonly role: StaffClaims["role"] };
} => ({
  ...commandContext({ tenant, principal, idempotencyKey }),
  editor: { id: principal.sub, role: principal.role },
});

/**
 * The answer to a change of the restaurant that was committed. Its events are published and the
 * caches of this tenant dropped; neither is awaited. `body` replaces the stored one where an answer
 * shows more than may be stored.
 */
export function changeAnswer(
  { afterCommit, invalidate }: Pick<ChangeDeps, "afterCommit" | "invalidate">,
  tenantId: string,
  changed: Pick<Changed<unknown>, "status" | "body" | "events" | "replayed">,
  body: unknown = changed.body,
): Answer {
  for (const event of changed.events) afterCommit({ event, mayRing: true });
  if (changed.events.length > 0) invalidate(tenantId, "tenant");
  return {
    status: changed.status,
    ...(changed.status !== 204 && { body }),
    headers: changed.replayed ? { "Idempotent-Replayed": "true" } : {},
  };
}
