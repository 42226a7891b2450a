import type { Request } from "@waiter/client";
import { isSameDay } from "../../shared/time-span.ts";

/** At least one request. */
export type DayOfRequests = readonly [Request, ...Request[]];

/** Requests in the order given, cut where the day of this device changes. */
export function groupByDay(rows: readonly Request[]): readonly DayOfRequests[] {
  const days: [Request, ...Request[]][] = [];
  for (const request of rows) {
    const day = days[days.length - 1];
    const isSame = day !== undefined && isSameDay(day[0].createdAt, request.createdAt);
    if (isSame) day.push(request);
    else days.push([request]);
  }
  return days;
}
