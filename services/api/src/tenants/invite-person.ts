import type { CommittedEvent, InvitationAnswer, ManagedStaff } from "@waiter/contracts";
import type { Database } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { invite, listManagedStaff } from "@waiter/restaurant";
import { currentTraceparent } from "@waiter/telemetry";
import { invitationLink } from "./invitation-link.ts";

export interface InvitedPerson {
  readonly staff: Pick<ManagedStaff, "id" | "name" | "role">;
  readonly invitation: InvitationAnswer;
  /** To be published. */
  readonly event: CommittedEvent;
}

/**
 * Makes an operator's one-time invitation for a person of a tenant, or without an id for the first
 * active owner by name. It ends the person's invitation before it. Throws `not_found` where the
 * tenant has no such active person.
 */
export async function invitePerson(
  database: Database,
  domainUrl: string,
  tenant: { readonly id: string; readonly slug: string },
  staffId?: string,
): Promise<InvitedPerson> {
  const people = await database.inTenant(tenant.id, (tx) => listManagedStaff(tx), {
    readOnly: true,
  });
  const person = people.find(({ id, role }) =>
    staffId === undefined ? role === "owner" : id === staffId,
  );
  if (person === undefined) throw new AppError("not_found");
  const editor = { id: null, role: "platform" } as const;
  const context = { tenantId: tenant.id, editor, traceparent: currentTraceparent() };
  const invited = await invite(database, context, person.id);
  const { id, name, role } = person;
  const invitation = await invitationLink(tenant.slug, domainUrl, invited);
  return { staff: { id, name, role }, invitation, event: invited.event };
}
