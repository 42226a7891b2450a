import { weekdays, type OpeningHours, type Weekday } from "@waiter/contracts";
import { Temporal } from "temporal-polyfill";

/** One opening, in ms since the epoch: from `opensAt` until just before `closesAt`. */
export interface Opening {
  readonly opensAt: number;
  readonly closesAt: number;
}

/** Where opening hours contradict themselves; `path` in dots, as validation names it. */
export interface HoursProblem {
  readonly path: string;
  readonly message: string;
}

const day = 24 * 60;
const minutesOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
};
/**
 * In minutes from the day's start; an end not later than the start is on the next day, equal times
 * are 24 hours.
 */
const rangeOf = ([start, end]: readonly [string, string]): readonly [number, number] => {
  const from = minutesOf(start);
  const to = minutesOf(end);
  return [from, to > from ? to : to + day];
};

/**
 * The spans that overlap: within a day, across midnight, over the week's end, and between a dated
 * exception and the days beside it. Dates are compared by the calendar alone: a change of the
 * clocks moves spans, it does not make them overlap.
 */
export function findHoursProblems(hours: OpeningHours): HoursProblem[] {
  const problems: HoursProblem[] = [];
  const message = "overlaps another span";
  const ranges: { readonly from: number; readonly to: number; readonly path: string }[] = [];
  for (const [index, weekday] of weekdays.entries())
    for (const [n, span] of (hours.weekly[weekday] ?? []).entries()) {
      const [from, to] = rangeOf(span);
      ranges.push({
        from: from + index * day,
        to: to + index * day,
        path: `weekly.${weekday}.${n}`,
      });
    }
  const week = 7 * day;
  for (const [index, one] of ranges.entries()) {
    const clash = ranges.some(
      (other, position) =>
        position !== index &&
        [0, week, -week].some(
          (shift) =>
            one.from < other.to + shift &&
            other.from + shift < one.to &&
            one.from >= other.from + shift,
        ) &&
        (position < index || one.from !== other.from),
    );
    if (clash) problems.push({ path: one.path, message });
  }
  for (const [date, spans] of Object.entries(hours.dates ?? {})) {
    if (spans.length === 0) continue;
    const own = spans.map(rangeOf);
    const beside = [...rangesBeside(hours, date)];
    for (const [n, [from, to]] of own.entries()) {
      const clash =
        own.some(([a, b], other) => other < n && from < b && a < to) ||
        beside.some(([a, b]) => from < b && a < to);
      if (clash) problems.push({ path: `dates.${date}.${n}`, message });
    }
  }
  return problems;
}

/**
 * The spans of the day before and the day after, in minutes from this date's start. By the days of
 * UTC: Temporal takes ten times as long, and a year has many dates.
 */
function* rangesBeside(hours: OpeningHours, date: string): Generator<readonly [number, number]> {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  for (const shift of [-1, 1]) {
    const beside = new Date(midnight + shift * day * 60_000);
    const weekday = (beside.getUTCDay() + 6) % 7;
    for (const span of spansOf(hours, beside.toISOString().slice(0, 10), weekday)) {
      const [from, to] = rangeOf(span);
      yield [from + shift * day, to + shift * day];
    }
  }
}

/**
 * A span belongs to the day on which it starts; a dated exception replaces only that date's spans.
 */
const spansOf = (hours: OpeningHours, date: string, weekday: number) =>
  hours.dates?.[date] ?? hours.weekly[weekdays[weekday] as Weekday] ?? [];
const spansOn = (hours: OpeningHours, date: Temporal.PlainDate) =>
  spansOf(hours, date.toString(), date.dayOfWeek - 1);

/** How far ahead the next opening is looked for: a restaurant closed for longer says no time. */
const lookAheadDays = 60;

/**
 * Whether the restaurant is open at `at` (ms since the epoch), and when it opens next where it is
 * not. Local times that a change of the clocks skips or repeats resolve like Temporal's
 * `compatible`.
 */
export function openingAt(
  hours: OpeningHours | null,
  timeZone: string,
  at: number,
): { readonly open: boolean; readonly opensAt?: number; readonly closesAt?: number } {
  if (hours === null) return { open: true };
  const today = Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate();
  let next: number | undefined;
  for (let ahead = -1; ahead <= lookAheadDays; ahead++) {
    const date = today.add({ days: ahead });
    for (const span of spansOn(hours, date)) {
      const { opensAt, closesAt } = openingOf(span, date, timeZone);
      if (opensAt <= at && at < closesAt) return { open: true, closesAt };
      if (opensAt > at && (next === undefined || opensAt < next)) next = opensAt;
    }
    if (next !== undefined && ahead >= 1) break;
  }
  return next === undefined ? { open: false } : { open: false, opensAt: next };
}

/** How far back the last closing is looked for. */
const lookBackDays = 8;

/**
 * When the restaurant closed last, ms since the epoch; undefined while it is open, always open, or
 * was not open lately.
 */
export function closedSince(
  hours: OpeningHours | null,
  timeZone: string,
  at: number,
): number | undefined {
  if (hours === null || openingAt(hours, timeZone, at).open) return undefined;
  const today = Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate();
  const closings = Array.from({ length: lookBackDays + 1 }, (_, back) => {
    const date = today.subtract({ days: back });
    return spansOn(hours, date).map((span) => openingOf(span, date, timeZone).closesAt);
  });
  const past = closings.flat().filter((closesAt) => closesAt <= at);
  return past.length === 0 ? undefined : Math.max(...past);
}

function openingOf(
  [start, end]: readonly [string, string],
  date: Temporal.PlainDate,
  timeZone: string,
): Opening {
  const ends = minutesOf(end) > minutesOf(start) ? date : date.add({ days: 1 });
  const instant = (on: Temporal.PlainDate, time: string): number =>
    on.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds;
  return { opensAt: instant(date, start), closesAt: instant(ends, end) };
}
