import type { GuestRequest, GuestSessionAnswer } from "@waiter/contracts";
import { knownForMs } from "./forget-left-tables.ts";

/** What this device last knew about its table, for a page that opens without network. */
export interface KnownTable {
  /** Milliseconds since the epoch, this device's clock. */
  readonly at: number;
  readonly session: TableSession;
  readonly requests: readonly GuestRequest[];
}
/** The parts of a guest session that a page shows; the later ones come with newer servers. */
export type TableSession = Pick<GuestSessionAnswer, "restaurant" | "table" | "requestTypes"> & {
  readonly open?: boolean;
  readonly opensAt?: string;
  readonly mutedUntil?: string;
  readonly languages?: readonly string[];
  readonly wifi?: { readonly name: string; readonly password?: string };
  readonly logoUrl?: string;
  readonly accent?: string | undefined;
};

type Shut = Pick<GuestSessionAnswer, "open" | "mutedUntil">;

/** Whether staff muted the table. @param now the server's time, in milliseconds since the epoch */
export const isMuted = ({ mutedUntil = "" }: Shut, now: number): boolean =>
  Date.parse(mutedUntil) > now;

/** Whether the table can send nothing for now; the page's notice says until when. */
export const isShut = (session: Shut, now: number): boolean =>
  session.open === false || isMuted(session, now);

const nameOf = (tableToken: string) => `waiter:table:${tableToken}`;

export function readKnownTable(tableToken: string, now: number): KnownTable | undefined {
  try {
    const known = JSON.parse(
      localStorage.getItem(nameOf(tableToken)) ?? "null",
    ) as KnownTable | null;
    if (known === null || typeof known.at !== "number" || now - known.at > knownForMs)
      return undefined;
    return known;
  } catch {
    return undefined;
  }
}

/** Keeps what the page shows; neither tokens nor the Wi-Fi's password. */
export function keepKnownTable(
  tableToken: string,
  session: TableSession,
  requests: readonly GuestRequest[],
): void {
  const { restaurant, table, requestTypes, accent } = session;
  const known: KnownTable = {
    at: Date.now(),
    session: { restaurant, table, requestTypes, accent },
    requests,
  };
  try {
    localStorage.setItem(nameOf(tableToken), JSON.stringify(known));
  } catch {
    // Without storage a page without network shows less.
  }
}
