import { setTimeout as sleep } from "node:timers/promises";
import { pageProblem, type Page } from "./people.ts";
import type { Truth } from "./read-truth.ts";
import type { Recorder, Restaurant } from "./restaurant.ts";

interface SettleInput {
  readonly screens: readonly Recorder[];
  readonly pages: readonly Page[];
  readonly restaurants: readonly Restaurant[];
  readonly read: (restaurant: Restaurant) => Promise<Truth>;
  readonly timeoutMs: number;
}

/**
 * Waits until, for each restaurant, every screen has applied its last event, every page shows the
 * rows of the database and no deadline is overdue, all at one moment (escalations go on); or until
 * `timeoutMs`. Returns the database as it was then, and what is still wrong.
 */
export async function settle({ screens, pages, restaurants, read, timeoutMs }: SettleInput) {
  const since = Date.now();
  const truths = new Map<Restaurant, Truth>();
  for (;;) {
    const problems: string[] = [];
    for (const restaurant of restaurants) {
      if (truths.has(restaurant)) continue;
      const truth = await read(restaurant);
      const ours = <T extends { readonly restaurant: Restaurant }>(all: readonly T[]): T[] =>
        all.filter((each) => each.restaurant === restaurant);
      const wrong = [
        ...ours(screens).flatMap((screen) => screenProblem(screen, truth) ?? []),
        ...ours(pages).flatMap((page) => pageProblem(page, truth) ?? []),
        ...(truth.overdue > 0 ? [`${restaurant.slug}: ${truth.overdue} deadlines overdue`] : []),
      ];
      if (wrong.length === 0 || Date.now() - since > timeoutMs) truths.set(restaurant, truth);
      problems.push(...wrong);
    }
    if (truths.size === restaurants.length)
      return { truths, problems, settleMs: Date.now() - since };
    await sleep(100);
  }
}

function screenProblem({ restaurant, client }: Recorder, { events }: Truth): string | undefined {
  const seq = client.position?.seq ?? 0;
  return seq >= events.length
    ? undefined
    : `a screen of ${restaurant.slug} is at ${seq} (${client.state}), not at ${events.length}`;
}
