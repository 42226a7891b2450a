import type { Settings } from "@waiter/client";
import { useCallback, useEffect, useState } from "preact/hooks";
import type { ManageApi } from "../../shared/manage-api.ts";
import { useLasting } from "../../shared/use-lasting.ts";
import { within } from "../../shared/within.ts";
import { useManage } from "../shared/manage-context.ts";
import { useResource } from "../shared/use-resource.ts";
import { readMe } from "../team/own-password.tsx";
import type { Person } from "../team/people.ts";
import { canComeBack } from "./can-come-back.ts";
import { isRinging, keepRinging } from "./ringing.ts";

export const setupSteps = [
  "house",
  "tables",
  "codes",
  "colleague",
  "ring",
  "device",
  "request",
] as const;
export type SetupStep = (typeof setupSteps)[number];

export interface Setup {
  /** It was read, could not be read, or takes too long. */
  readonly isKnown: boolean;
  /** Something is left to do. False until it is known. */
  readonly isOpen: boolean;
  readonly done: ReadonlySet<SetupStep> | undefined;
  readonly settings: Settings | undefined;
  readonly refresh: () => Promise<void>;
  /** The person has heard this device ring. */
  readonly onHeard: () => void;
}

interface Facts {
  readonly settings: Settings;
  readonly done: readonly SetupStep[];
}

async function readFacts(api: ManageApi, meId: string, role: string): Promise<Facts> {
  const [{ settings }, { tables }, { staff }, me, answered] = await Promise.all([
    api.call<{ settings: Settings }>("GET", "/api/settings"),
    api.call<{ tables: readonly { readonly checkedAt?: string }[] }>(
      "GET",
      "/api/tables?limit=1000",
    ),
    api.call<{ staff: Person[] }>("GET", "/api/staff"),
    readMe(api),
    api.call<{ requests: unknown[] }>("GET", "/api/requests?state=completed&limit=1"),
  ]);
  const own = staff.find(({ id }) => id === meId);
  // A restaurant of before this list has saved its settings more than once.
  const isNamed = settings.hours !== null || settings.version > 1;
  const facts: Readonly<Record<Exclude<SetupStep, "ring">, boolean>> = {
    house: isNamed,
    tables: tables.length > 0,
    codes: settings.codesPrinted === true || tables.some((one) => one.checkedAt !== undefined),
    colleague: staff.some((one) => one.id !== meId && (one.devices ?? 0) > 0),
    device: role !== "owner" || canComeBack(me, own?.devices ?? 0),
    request: answered.requests.length > 0,
  };
  return { settings, done: setupSteps.filter((step) => step !== "ring" && facts[step]) };
}
/** The browser's own answer about its pushes. */
const browserMs = 1_000;
/** The tabs wait for Setup no longer. */
const patienceMs = 10_000;
const houseKinds = ["table.", "staff.", "settings."];
const allKinds = [...houseKinds, "request.completed"];

/** What a new restaurant still has to do: every point is read from what is, none is ticked by hand. */
export function useSetup(): Setup {
  const { me, role } = useManage();
  const read = useCallback((api: ManageApi) => readFacts(api, me.id, role), [me.id, role]);
  /** A restaurant that has answered a request reads no list at each further one. */
  const [isAnswered, setAnswered] = useState(false);
  const { value, failed, refresh } = useResource(read, isAnswered ? houseKinds : allKinds);
  useEffect(() => setAnswered(value?.done.includes("request") === true), [value]);
  const [rings, setRings] = useState<boolean>();
  useEffect(() => void within(browserMs, isRinging()).then((yes) => setRings(yes === true)), []);
  const onHeard = () => {
    keepRinging();
    setRings(true);
  };
  const done =
    value === undefined || rings === undefined
      ? undefined
      : new Set<SetupStep>([...value.done, ...(rings ? (["ring"] as const) : [])]);
  const isLate = useLasting(done === undefined, patienceMs);
  return {
    isKnown: failed || isLate || done !== undefined,
    isOpen: done !== undefined && done.size < setupSteps.length,
    done,
    settings: value?.settings,
    refresh,
    onHeard,
  };
}
