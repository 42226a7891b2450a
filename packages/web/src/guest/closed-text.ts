import type { GuestMessages } from "../i18n/messages.ts";
import { formatClock, formatDay, isSameDay } from "../shared/time-span.ts";

/** A time of the day alone would send Sunday's guest to a door that opens on Tuesday. */
export function closedText(
  opensAt: string | undefined,
  now: number,
  { guest, code }: GuestMessages,
): string {
  if (opensAt === undefined) return guest.closed;
  return isSameDay(opensAt, now)
    ? guest.closedUntil(formatClock(opensAt, code))
    : guest.closedUntilDay(formatDay(opensAt, now, code));
}
