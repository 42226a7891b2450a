import type { GuestCall, GuestClient } from "@waiter/client";
import { useEffect, useState } from "preact/hooks";
import { askAfterMs, keepStaleCalls, readStaleCalls, type StaleCall } from "./asked-again.ts";

/** Requests that were not sent for five minutes, until the guest has answered whether they are still wanted. */
export function useStaleCalls(
  client: GuestClient,
  tableToken: string,
  onRefused: (type: string) => void,
): {
  readonly stale: readonly StaleCall[];
  /** @returns the request to make, and forgets the question. */
  readonly take: (key: string) => GuestCall | undefined;
} {
  const [stale, setStale] = useState(() => readStaleCalls(tableToken, Date.now()));
  useEffect(() => keepStaleCalls(tableToken, stale), [tableToken, stale]);
  useEffect(
    () =>
      client.on("callDropped", (pending, error) => {
        const isOld = error.code === "expired" || Date.now() - pending.at >= askAfterMs;
        if (!isOld) onRefused(pending.call.type);
        else
          setStale((known) => [...known.filter(({ key }) => key !== pending.key), { ...pending }]);
      }),
    [client, onRefused],
  );
  return {
    stale,
    take: (key) => {
      setStale((known) => known.filter((each) => each.key !== key));
      return stale.find((each) => each.key === key)?.call;
    },
  };
}
