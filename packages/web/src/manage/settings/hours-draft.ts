import type { Settings } from "@waiter/client";

export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof weekdays)[number];
/** From and to, as "18:30"; an end not later than its start is on the next day. */
export type Span = readonly [string, string];
export interface DatedSpans {
  /** As "2026-12-25"; empty until it was chosen. */
  readonly date: string;
  /** None: closed. */
  readonly spans: readonly Span[];
}
export interface HoursDraft {
  readonly always: boolean;
  readonly weekly: Readonly<Record<Weekday, readonly Span[]>>;
  readonly dates: readonly DatedSpans[];
}

const usual: Span = ["11:30", "22:00"];

/** What a person edits; "always" starts with usual hours for the case that they choose days. */
export function draftHours(hours: Settings["hours"]): HoursDraft {
  const weekly = weekdays.map((day) => [
    day,
    hours === null ? [usual] : ((hours.weekly[day] ?? []) as readonly Span[]),
  ]);
  return {
    always: hours === null,
    weekly: Object.fromEntries(weekly) as HoursDraft["weekly"],
    dates: Object.entries(hours?.dates ?? {})
      .map(([date, spans]) => ({ date, spans: spans as readonly Span[] }))
      .sort((a, b) => (a.date < b.date ? -1 : 1)),
  };
}

export function hoursOf({ always, weekly, dates }: HoursDraft): Settings["hours"] {
  if (always) return null;
  const open = weekdays.filter((day) => weekly[day].length > 0);
  const chosen = dates.filter(({ date }) => date !== "");
  return {
    weekly: Object.fromEntries(open.map((day) => [day, weekly[day]])),
    ...(chosen.length > 0 && {
      dates: Object.fromEntries(chosen.map(({ date, spans }) => [date, spans])),
    }),
  } as Settings["hours"];
}

/** Whether a span ends on the day after it began. */
export const endsNextDay = ([from, to]: Span): boolean => to <= from;
export const formatSpans = (spans: readonly Span[]): string =>
  spans.map(([from, to]) => `${from}–${to}`).join(", ");

/** The weekdays' names in a language. The 1st of January 2024 was a Monday. */
export function weekdayNames(code: string): Readonly<Record<Weekday, string>> {
  const format = new Intl.DateTimeFormat(code, { weekday: "long", timeZone: "UTC" });
  const named = weekdays.map((day, index) => [day, format.format(Date.UTC(2024, 0, 1 + index))]);
  return Object.fromEntries(named) as Record<Weekday, string>;
}
