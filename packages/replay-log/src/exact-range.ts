import type { Head } from "@waiter/contracts";
import type { ReplayAnswer } from "./replay-log.ts";

/**
 * Answers `ok` only with exactly since+1..head, one event per number, of the requested epoch, at
 * most `max` events. `entries` must be in order of seq.
 */
export function exactRange(
  head: Head | undefined,
  epoch: string,
  since: number,
  max: number,
  entries: readonly { readonly seq: number; readonly envelope: string }[],
): ReplayAnswer {
  if (head === undefined || head.epoch !== epoch) return { status: "incomplete" };
  const missing = head.seq - since;
  if (missing < 0 || missing > max) return { status: "incomplete" };
  const range = entries.filter(({ seq }) => seq > since && seq <= head.seq);
  const whole =
    range.length === missing && range.every(({ seq }, index) => seq === since + 1 + index);
  return whole
    ? { status: "ok", events: range.map(({ envelope }) => envelope), head: head.seq }
    : { status: "incomplete" };
}
