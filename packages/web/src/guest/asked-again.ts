import type { GuestCall } from "@waiter/client";

/** A request that could not be sent for five minutes: sent only if the guest still wants it. */
export interface StaleCall {
  readonly key: string;
  readonly call: GuestCall;
  /** Milliseconds since the epoch, this device's clock: when it was tapped. */
  readonly at: number;
}

/** Age from which an unsent request is asked about instead of sent. */
export const askAfterMs = 5 * 60_000;
/** Age at which it is forgotten: these guests have left. */
const forgetAfterMs = 60 * 60_000;
const nameOf = (tableToken: string) => `waiter:asks:${tableToken}`;

export function readStaleCalls(tableToken: string, now: number): readonly StaleCall[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(nameOf(tableToken)) ?? "[]");
    return Array.isArray(kept)
      ? kept.filter(isStaleCall).filter(({ at }) => now - at < forgetAfterMs)
      : [];
  } catch {
    return [];
  }
}

/** Keeps a question, or forgets it without a `call`: the table's other tabs keep theirs there too. */
export function keepStaleCall(tableToken: string, key: string, call: StaleCall | undefined): void {
  const others = readStaleCalls(tableToken, Date.now()).filter((each) => each.key !== key);
  const calls = call === undefined ? others : [...others, call];
  try {
    if (calls.length === 0) localStorage.removeItem(nameOf(tableToken));
    else localStorage.setItem(nameOf(tableToken), JSON.stringify(calls));
  } catch {
    // Without storage the question is lost with the page.
  }
}

function isStaleCall(value: unknown): value is StaleCall {
  const { key, call, at } = (value ?? {}) as Partial<StaleCall>;
  return typeof key === "string" && typeof at === "number" && typeof call?.type === "string";
}
