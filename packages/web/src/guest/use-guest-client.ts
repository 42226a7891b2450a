import { GuestClient } from "@waiter/client";
import { useEffect, useState } from "preact/hooks";
import { useChanges } from "../shared/use-changes.ts";

/** A connected client of one table; `refused` says why it will never be. */
export function useGuestClient(tableToken: string): {
  readonly client: GuestClient;
  readonly refused: string | undefined;
} {
  const [client] = useState(() => new GuestClient({ tableToken, ...keptOn() }));
  const [refused, setRefused] = useState<string>();
  useChanges(client);
  useEffect(() => {
    client.on("refused", setRefused);
    client.connect();
    return () => client.close();
  }, [client]);
  return { client, refused };
}

/** A browser may forbid storage altogether. */
function keptOn(): { storage?: Storage } {
  try {
    return { storage: localStorage };
  } catch {
    return {};
  }
}
