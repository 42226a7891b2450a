import { setTimeout as sleep } from "node:timers/promises";
import type { LocalSystem } from "../system/local-system.ts";
import { pageProblem, type Page } from "./people.ts";
import type { Truth } from "./read-truth.ts";
import type { Recorder, Restaurant } from "./restaurant.ts";

/**
 * Resolves when every service answers `/readyz` with 200. @throws after a minute, with what each
 * other service answers and the end of its log.
 */
export async function whole(system: LocalSystem): Promise<void> {
  for (const end = Date.now() + 60_000; ;) {
    const { apis, gateways, worker } = system.local();
    const services = [
      ...apis.map((origin, index) => ({ name: `api-${index + 1}`, origin })),
      ...gateways.map((origin, index) => ({ name: `gateway-${index + 1}`, origin })),
      { name: "worker", origin: worker },
    ];
    const unready = (await Promise.all(services.map(readinessOf))).filter(
      ({ answer }) => answer !== 200,
    );
    if (unready.length === 0) return;
    if (Date.now() > end) {
      const states = unready.map(
        ({ name, answer }) => `${name}: ${answer}\n${lastLines(system.log(name))}`,
      );
      throw new Error(`not every service was ready within a minute\n${states.join("\n")}`);
    }
    await sleep(100);
  }
}

/** The status of `/readyz`, or the error that came in its place. */
async function readinessOf({ name, origin }: { readonly name: string; readonly origin: string }) {
  try {
    const answer = await fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return { name, answer: answer.status };
  } catch (error) {
    const { cause } = error as Error;
    return { name, answer: cause instanceof Error ? cause.message : String(error) };
  }
}

const lastLines = (log: string): string => log.trimEnd().split("\n").slice(-20).join("\n");

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
