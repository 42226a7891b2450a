import type { ClientContext } from "../connection/client-options.ts";
import type { GuestSessionAnswer } from "../protocol/types.ts";
import type { ClientError } from "../shared/client-error.ts";

/** Whether the api takes no request of this table for now: closed, or the table is muted. */
export const isShut = ({ code }: ClientError): boolean =>
  code === "closed" || code === "table_muted";

/**
 * Milliseconds until what the session says ends: the restaurant opens, or the table's mute is over.
 * Later by a random part of `openingSpreadMs`, because all guests of a restaurant know the same
 * time. Infinity where the session names no time ahead.
 * @param now the server's time, in ms since the epoch
 */
export function untilShutEnds(
  { opensAt = "", mutedUntil = "" }: Pick<GuestSessionAnswer, "opensAt" | "mutedUntil">,
  now: number,
  { random, timing }: Pick<ClientContext, "random" | "timing">,
): number {
  const ahead = [opensAt, mutedUntil].map((at) => Date.parse(at) - now).filter((ms) => ms > 0);
  return Math.min(...ahead) + random() * timing.openingSpreadMs;
}
