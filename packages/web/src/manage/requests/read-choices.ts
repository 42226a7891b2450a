import type { RequestType, Settings, StaffMember, Table } from "@waiter/client";
import type { ManageApi } from "../../shared/manage-api.ts";

/** What a search can name: removed tables, types and people included. */
export interface Choices {
  readonly tables: readonly Table[];
  readonly types: readonly RequestType[];
  /** Empty until the owner allows the search by person. */
  readonly staff: readonly StaffMember[];
}

export async function readChoices(api: ManageApi): Promise<Choices> {
  const [tables, types, { settings }] = await Promise.all([
    api.list<Table>("tables", "/api/tables?limit=1000&retired=true"),
    api.list<RequestType>("requestTypes", "/api/request-types?retired=true"),
    api.call<{ settings: Settings }>("GET", "/api/settings"),
  ]);
  const staff =
    settings.staffSearch === true
      ? (await api.list<StaffMember>("staff", "/api/staff?retired=true")).rows
      : [];
  return { tables: tables.rows, types: types.rows, staff };
}
