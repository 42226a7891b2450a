import type { StaffClient } from "@waiter/client";
import type { Request, RequestType } from "@waiter/contracts";

/** What this device last knew, for a board that opens without network. Forgotten when the session ends. */
export interface KnownBoard {
  /** Milliseconds since the epoch, this device's clock. */
  readonly at: number;
  readonly requests: readonly Request[];
  readonly requestTypes: readonly RequestType[];
}

const name = "waiter:board";
const keepForMs = 12 * 60 * 60_000;

export function readKnownBoard(): KnownBoard | undefined {
  try {
    const known = JSON.parse(localStorage.getItem(name) ?? "null") as KnownBoard | null;
    return known === null || Date.now() - known.at > keepForMs ? undefined : known;
  } catch {
    return undefined;
  }
}

export function keepKnownBoard({ requests, requestTypes }: StaffClient): void {
  const known: KnownBoard = { at: Date.now(), requests, requestTypes };
  try {
    localStorage.setItem(name, JSON.stringify(known));
  } catch {
    // Without storage a board without network shows nothing.
  }
}

export function forgetKnownBoard(): void {
  try {
    localStorage.removeItem(name);
  } catch {
    // There was none.
  }
}
