import {
  envelope,
  type EventActor,
  type HistoryEntry,
  type Request,
  type Role,
} from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { readDeliveries } from "@waiter/ledger";
import { findRequest } from "@waiter/requests";

/**
 * What happened to a request, oldest first, from the event log and the ledger: for waiters their
 * own deliveries, for managers all. Throws `not_found` for an unknown request.
 */
export async function readHistory(
  tx: TenantTransaction,
  requestId: string,
  reader: { readonly id: string; readonly role: Role },
): Promise<HistoryEntry[]> {
  if ((await findRequest(tx, requestId)) === undefined) throw new AppError("not_found");
  const rows = await tx
    .selectFrom("event")
    .select("envelope")
    .where("tenant_id", "=", tx.tenantId)
    .where("request_id", "=", requestId)
    .orderBy("seq")
    .limit(1_000)
    .execute();
  const readsAll = reader.role === "owner" || reader.role === "manager";
  const deliveries = await readDeliveries(tx, requestId, readsAll ? {} : { staffId: reader.id });
  const events = await nameStaff(
    tx,
    rows.map((row) => toEntry(JSON.parse(row.envelope))),
  );
  // A stable sort: an event comes before the deliveries of its time.
  return [...events, ...deliveries].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

function toEntry(json: unknown): HistoryEntry {
  const event = envelope.parse(json);
  const { request, cause } = event.data as { request?: Partial<Request>; cause?: string };
  const { actor } = event;
  const person =
    personOf(actor) ?? (event.type === "request.created" ? request?.createdBy : undefined);
  const holder = person ?? (event.type === "request.claimed" ? request?.claimedBy : undefined);
  return {
    at: event.at,
    what: event.type,
    ...(request?.level !== undefined && { level: request.level }),
    ...(request?.state !== undefined && { state: request.state }),
    ...(cause !== undefined && { reason: cause }),
    ...(request?.reason !== undefined && { reason: request.reason }),
    ...(holder !== undefined && { staff: holder }),
    ...(actor?.screen !== undefined && { device: actor.screen.name }),
  };
}

const personOf = (actor: EventActor | undefined): { id: string; name: string } | undefined =>
  actor?.kind === "staff" && actor.id !== undefined
    ? { id: actor.id, name: actor.name ?? "" }
    : undefined;

/**
 * Names people as they are called now, as the ledger's lines do: an event holds an id alone (a
 * screen gave the command, or a table ended), or the name of its time, also of an erased person.
 */
async function nameStaff(tx: TenantTransaction, entries: HistoryEntry[]): Promise<HistoryEntry[]> {
  const ids = new Set(entries.flatMap(({ staff }) => (staff === undefined ? [] : [staff.id])));
  if (ids.size === 0) return entries;
  const rows = await tx
    .selectFrom("staff")
    .select(["id", "name"])
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "in", [...ids])
    .execute();
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return entries.map((entry) => {
    const { staff } = entry;
    if (staff === undefined) return entry;
    return { ...entry, staff: { id: staff.id, name: names.get(staff.id) ?? staff.name } };
  });
}
