import { GuestClient } from "@waiter/client";
import { useEffect, useState } from "preact/hooks";
import { useChanges } from "../shared/use-changes.ts";
import { askAfterMs } from "./asked-again.ts";

/** A connected client of one table. What could not be sent for five minutes is dropped by it, and asked about by the page. */
export function openGuestClient(tableToken: string): GuestClient {
  const client = new GuestClient({
    tableToken,
    timing: { callTtlMs: askAfterMs },
    ...keptOn(),
  });
  return client;
}

/** Connects while the page is shown. `refused` says why the client will never be let in. */
export function useGuestClient(client: GuestClient): string | undefined {
  const [refused, setRefused] = useState<string>();
  useChanges(client);
  useEffect(() => {
    const end = client.on("refused", setRefused);
    return () => {
      end();
      client.close();
    };
  }, [client]);
  return refused;
}

/** A browser may forbid storage altogether. */
function keptOn(): { storage?: Storage } {
  try {
    return { storage: localStorage };
  } catch {
    return {};
  }
}
