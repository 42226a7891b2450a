import type { Duty } from "@waiter/contracts";
import type { ManageApi } from "../../shared/manage-api.ts";
import { floorEvents, readFloor, type Floor } from "../floor/read-floor.ts";
import type { Person } from "./people.ts";

export interface Team {
  readonly people: readonly Person[];
  readonly onDuty: readonly Duty[];
  /** Names of what people have on duty. */
  readonly places: Pick<Floor, "tables" | "zones">;
}

/** The people of the restaurant, and who is on duty with what. */
export async function readTeam(api: ManageApi, former: boolean): Promise<Team> {
  const [staff, { onDuty }, places] = await Promise.all([
    former
      ? api.list<Person>("staff", "/api/staff?retired=true").then(({ rows }) => rows)
      : api.call<{ staff: Person[] }>("GET", "/api/staff").then((answer) => answer.staff),
    api.call<{ onDuty: Duty[] }>("GET", "/api/duty"),
    readFloor(api),
  ]);
  return { people: staff, onDuty, places };
}

/** Events that change it. */
export const teamEvents = ["staff.", "duty.", ...floorEvents] as const;
