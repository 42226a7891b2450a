import { Temporal } from "temporal-polyfill";

/** `Temporal` keeps what it has found out about a name: this costs some microseconds. */
function isReadable(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

/** The name by which `Intl` calculates: `Asia/Tokyo` for `JST`. Undefined for an unknown name. */
function nameOfIntl(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/**
 * Whether this machine knows the time zone, by its IANA name, and can calculate in it: `Intl` knows
 * some names that `Temporal` refuses, such as JST.
 */
export const isTimeZone = (name: string): boolean =>
  /^[A-Za-z]/.test(name) && nameOfIntl(name) !== undefined && isReadable(name);

/**
 * The time zone in which hours are read, for a stored name: this name, else the one by which `Intl`
 * knows it, else UTC. Releases up to 0.2 stored names that {@link isTimeZone} refuses, and a name
 * may leave the machine's data.
 */
export function readableTimeZone(stored: string): string {
  if (isReadable(stored)) return stored;
  const known = nameOfIntl(stored);
  return known !== undefined && isReadable(known) ? known : "UTC";
}
