import { GuestClient } from "@waiter/client";
import { askAfterMs } from "./asked-again.ts";
import { fetchWithEarlySession } from "./early-session.ts";
import { forgetLeftTables } from "./forget-left-tables.ts";
import { keepWhile, noteOldest } from "../shared/older-release.ts";
import { showSuspended } from "../shared/show-suspended.ts";
import { StaleCalls } from "./stale-calls.ts";
import type { Outcome } from "./unheard-words.tsx";

/** A table's client with what it may say before the page is drawn. */
export interface OpenTable {
  readonly tableToken: string;
  readonly client: GuestClient;
  readonly staleCalls: StaleCalls;
  /** What became of requests since the start, until the code of the sheets has come. */
  readonly outcomes: Outcome[];
  /** Why the client will never be let in, if so. */
  readonly refused: () => string | undefined;
}

/** Asks for a session and connects at once: nothing waits for the page to be drawn. */
export function openTable(tableToken: string): OpenTable {
  const client = new GuestClient({
    tableToken,
    fetch: send,
    timing: { callTtlMs: askAfterMs },
    ...storage(tableToken),
  });
  const staleCalls = new StaleCalls(client, tableToken);
  const outcomes: Outcome[] = [];
  client.on("sent", ({ call }, request) => outcomes.push({ call, request }));
  client.on("callDropped", ({ call }) => outcomes.push({ call }));
  let refused: string | undefined;
  client.on("refused", (code) => {
    refused = code;
    if (code === "tenant_suspended") showSuspended();
  });
  keepWhile(() => client.pending.length > 0);
  client.connect();
  return { tableToken, client, staleCalls, outcomes, refused: () => refused };
}

/** The early answer did not come by this page's own `fetch`. */
const send: typeof fetch = async (input, init) => {
  const answer = await fetchWithEarlySession(input, init);
  noteOldest(answer);
  return answer;
};

/** A browser may forbid storage altogether. */
function storage(tableToken: string): { storage?: Storage } {
  try {
    forgetLeftTables(localStorage, tableToken, Date.now());
    return { storage: localStorage };
  } catch {
    return {};
  }
}
