import type { StaffClient } from "@waiter/client";
import type { Request } from "@waiter/contracts";
import { useEffect, useRef } from "preact/hooks";

const maxKept = 100;
const isClosed = ({ state }: Request): boolean => state !== "new" && state !== "claimed";

/** What became of requests that left the board, by id: the events say it, the board itself only drops them. */
export function useOutcomes(
  client: StaffClient,
  onClosed: (request: Request) => void,
): ReadonlyMap<string, Request> {
  const outcomes = useRef(new Map<string, Request>());
  const listener = useRef(onClosed);
  listener.current = onClosed;
  useEffect(
    () =>
      client.on("event", ({ data }) => {
        const { request } = data as { request?: Request };
        if (request === undefined || !isClosed(request)) return;
        outcomes.current.set(request.id, request);
        for (const id of outcomes.current.keys()) {
          if (outcomes.current.size <= maxKept) break;
          outcomes.current.delete(id);
        }
        listener.current(request);
      }),
    [client],
  );
  return outcomes.current;
}
