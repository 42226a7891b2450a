import { GuestClient } from "@waiter/client";
import { askAfterMs } from "./asked-again.ts";
import { fetchWithEarlySession } from "./early-session.ts";
import { StaleCalls } from "./stale-calls.ts";

/** A table's client with what it may say before the page is drawn. */
export interface OpenTable {
  readonly tableToken: string;
  readonly client: GuestClient;
  readonly staleCalls: StaleCalls;
  /** Why the client will never be let in, if so. */
  readonly refused: () => string | undefined;
}

/** Asks for a session and connects at once: nothing waits for the page to be drawn. */
export function openTable(tableToken: string): OpenTable {
  const client = new GuestClient({
    tableToken,
    fetch: fetchWithEarlySession,
    timing: { callTtlMs: askAfterMs },
    ...storage(),
  });
  const staleCalls = new StaleCalls(client, tableToken);
  let refused: string | undefined;
  client.on("refused", (code) => {
    refused = code;
  });
  client.connect();
  return { tableToken, client, staleCalls, refused: () => refused };
}

/** A browser may forbid storage altogether. */
function storage(): { storage?: Storage } {
  try {
    return { storage: localStorage };
  } catch {
    return {};
  }
}
