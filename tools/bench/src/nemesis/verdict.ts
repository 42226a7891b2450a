import type { Envelope } from "@waiter/contracts";
import { escalationProblems, type StoredEvent, type Truth } from "./read-truth.ts";
import type { Recorder, Restaurant } from "./restaurant.ts";
import type { WireCounts } from "./wire-tap.ts";

/** Copies of one event on one connection that are ordinary: publisher, relay, a resume. */
const copies = 6;

/**
 * The problems of one restaurant: acknowledged requests that are not stored, gaps, and screens that
 * applied other events than the database holds.
 */
export function tenantProblems(
  restaurant: Restaurant,
  truth: Truth,
  screens: readonly Recorder[],
  acknowledged: ReadonlySet<string>,
): string[] {
  const problems = escalationProblems(restaurant.slug, truth.events);
  for (const id of acknowledged)
    if (!truth.requests.has(id))
      problems.push(`${restaurant.slug}: request ${id} was acknowledged and is not stored`);
  if (truth.events.some(({ seq }, index) => seq !== index + 1))
    problems.push(`${restaurant.slug}: the database's own events have a gap`);
  for (const [index, screen] of screens.entries()) {
    if (screen.restaurant !== restaurant) continue;
    // A screen may have applied events that were added since the database was read.
    const applied = screen.applied.slice(0, truth.events.length);
    problems.push(...differences(`screen ${index} of ${restaurant.slug}`, applied, truth.events));
  }
  return problems;
}

export const wireProblems = ({ most }: WireCounts): string[] =>
  most > copies ? [`one connection received ${most} copies of one event`] : [];

/**
 * How what a screen applied differs from the database, as text; nothing when it is the same list,
 * once each, in order.
 */
function differences(
  name: string,
  applied: readonly Envelope[],
  truth: readonly StoredEvent[],
): string[] {
  const problems: string[] = [];
  for (
    let index = 0;
    index < Math.max(applied.length, truth.length) && problems.length < 5;
    index += 1
  ) {
    const [got, want] = [applied[index], truth[index]];
    if (got?.seq !== want?.seq || got?.id !== want?.id) {
      problems.push(
        `${name}: at position ${index} applied ${got ? `${got.seq} ${got.type}` : "nothing"}, the database holds ${want ? `${want.seq} ${want.type}` : "nothing"}`,
      );
      if (got && applied.findIndex(({ id }) => id === got.id) < index)
        problems.push(`${name}: ${got.seq} was applied twice`);
    }
  }
  return problems;
}
