import { plural, type GuestMessages } from "../i18n/messages.ts";
import type { Messages } from "../i18n/staff/messages.ts";

/** How long it has been: in tens of seconds below a minute, then minutes, then hours and minutes. */
export function formatSpan(ms: number, { code, time }: GuestMessages): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return plural(code, time.seconds, Math.floor(seconds / 10) * 10);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return plural(code, time.minutes, minutes);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const text = plural(code, time.hours, hours);
  return rest === 0 ? text : `${text} ${plural(code, time.minutes, rest)}`;
}

/** "Just now", then "Waiting 2 min". */
export function formatWaiting(sinceMs: number, nowMs: number, texts: Messages): string {
  const ms = nowMs - sinceMs;
  return ms < 10_000 ? texts.board.justNow : texts.board.waitingFor(formatSpan(ms, texts));
}

const clock = { hour: "numeric", minute: "2-digit" } as const;

/** The device's own kind of the page's language, as "en-GB" for "en"; Arabic with Latin digits. */
export function localeOf(code: string): string {
  if (code === "ar") return "ar-u-nu-latn";
  return navigator.languages.find((each) => each.startsWith(`${code}-`)) ?? code;
}

/** A day of this device's calendar, as "Friday 7 March 2025". */
export const formatDate = (at: number | string, code: string): string =>
  new Intl.DateTimeFormat(localeOf(code), { dateStyle: "full" }).format(new Date(at));

/** A time of the day on this device, as "18:05" or "6:05 PM". */
export const formatClock = (at: number | string, code: string): string =>
  new Intl.DateTimeFormat(localeOf(code), clock).format(new Date(at));

/** Whether both times are on one day of this device's calendar. */
export const isSameDay = (a: number | string, b: number | string): boolean =>
  new Date(a).toDateString() === new Date(b).toDateString();

/** A time that has passed: the clock's on the device's present day, else with its date. */
export const formatPast = (at: number | string, now: number, code: string): string =>
  isSameDay(at, now)
    ? formatClock(at, code)
    : new Intl.DateTimeFormat(localeOf(code), { day: "numeric", month: "short", ...clock }).format(
        new Date(at),
      );

const daysOfWeekMs = 6 * 24 * 60 * 60_000;

/** A time on another day, as "Monday at 18:05"; with the date where the weekday says too little. */
export function formatDay(at: number | string, now: number, code: string): string {
  const time = new Date(at);
  const date =
    time.getTime() - now > daysOfWeekMs ? ({ day: "numeric", month: "long" } as const) : {};
  const options = { weekday: "long", ...date, ...clock } as const;
  return new Intl.DateTimeFormat(localeOf(code), options).format(time);
}
