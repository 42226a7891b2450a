import type { StaffClient } from "@waiter/client";
import type { Duty } from "@waiter/contracts";
import { useState } from "preact/hooks";
import { ManageApi } from "../shared/manage-api.ts";
import { isEmptyChoice, knownChoice, type DutyChoice, type KnownPlaces } from "./duty-choice.ts";

export interface OwnDuty {
  /** Undefined off duty. */
  readonly mine: Duty | undefined;
  readonly onDuty: readonly Duty[];
  readonly busy: boolean;
  /** Starts or changes one's own duty. @returns whether the server took it. */
  readonly start: (choice: DutyChoice) => Promise<boolean>;
  readonly end: () => Promise<boolean>;
}

/** One's own duty and the others'; the board's events keep it current. */
export function useDuty(client: StaffClient, onFailure: () => void): OwnDuty {
  const [busy, setBusy] = useState(false);
  const me = client.session?.staff.id;
  const run = async (method: "PUT" | "DELETE", choice?: DutyChoice) => {
    setBusy(true);
    try {
      await new ManageApi(client).call(method, "/api/duty", choice);
      if (choice !== undefined) keepLastDuty(choice);
      return true;
    } catch {
      onFailure();
      return false;
    } finally {
      setBusy(false);
    }
  };
  return {
    mine: client.duty.find(({ staff }) => staff.id === me),
    onDuty: client.duty,
    busy,
    start: (choice) => run("PUT", choice),
    end: () => run("DELETE"),
  };
}

const lastName = "waiter:duty";

/** What this person had on this device last time, without what no longer exists. */
export function readLastDuty(places: KnownPlaces): DutyChoice | undefined {
  try {
    const last = JSON.parse(localStorage.getItem(lastName) ?? "null") as DutyChoice | null;
    if (last === null || last.tables === "all") return undefined;
    const known = knownChoice(last, places);
    return isEmptyChoice(known) ? undefined : known;
  } catch {
    return undefined;
  }
}

function keepLastDuty(choice: DutyChoice): void {
  try {
    localStorage.setItem(lastName, JSON.stringify(choice));
  } catch {
    // Without storage the choice is made again next time.
  }
}
