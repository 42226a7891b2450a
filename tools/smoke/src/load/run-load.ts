import { setTimeout as sleep } from "node:timers/promises";
import { callAndCancel } from "./call.ts";
import type { LoadOptions } from "./load-options.ts";
import { PerSecond } from "./per-second.ts";
import { readTruth } from "./read-truth.ts";
import { openRestaurant, type Restaurant } from "./restaurant.ts";
import { openScreen, type Screen } from "./screen.ts";

export interface LoadResult {
  readonly sockets: number;
  readonly calls: number;
  /** Calls that a guest gave up, or was refused for good. */
  readonly failedCalls: number;
  readonly failures: readonly string[];
  /**
   * Times that something was asked again, as clients do when the network loses it or the server is
   * not there for a moment.
   */
  readonly askedAgain: number;
  readonly inVain: readonly string[];
  /** Events that the database holds. */
  readonly events: number;
  /** Screens whose list of applied events is not the database's, once each and in order. */
  readonly wrongScreens: number;
  readonly reconnects: number;
  readonly peakReconnectsPerSecond: number;
}

/**
 * Screens that watch and guests that call, over whatever is done to the system meanwhile; at the
 * end every screen is compared with the database.
 */
export async function runLoad(
  options: LoadOptions,
  report: (line: string) => void,
): Promise<LoadResult> {
  const { target, tenants, sockets, callsPerSecond, seconds } = options;
  const restaurants: Restaurant[] = [];
  const screens: Screen[] = [];
  try {
    for (let index = 0; index < tenants; index++) restaurants.push(await openRestaurant(options));
    const lives = new PerSecond();
    let connected = 0;
    const counting = { on: false };
    for (let index = 0; index < sockets; index++) {
      screens.push(
        openScreen(target, restaurants[index % tenants] as Restaurant, () =>
          counting.on ? lives.count() : connected++,
        ),
      );
      if (index % 20 === 19) await sleep(200);
    }
    for (const end = Date.now() + 60_000; screens.some(({ client }) => client.state !== "live");) {
      if (Date.now() > end)
        throw new Error(`only ${connected} of ${sockets} screens are connected after a minute`);
      await sleep(100);
    }
    counting.on = true;
    report("connected");
    const failures: string[] = [];
    const inVain: string[] = [];
    const pending = new Set<Promise<void>>();
    const calls = callsPerSecond * seconds;
    const start = performance.now();
    for (let index = 0; index < calls; index++) {
      await sleep(Math.max(0, start + (index * 1_000) / callsPerSecond - performance.now()));
      const restaurant = restaurants[index % tenants] as Restaurant;
      const guest = restaurant.guests[Math.floor(index / tenants) % restaurant.guests.length];
      if (guest === undefined) continue;
      const call = callAndCancel(target, restaurant, guest).then(({ failure, vain }) => {
        inVain.push(...vain);
        if (failure !== undefined) failures.push(failure);
      });
      pending.add(call);
      void call.finally(() => pending.delete(call));
      if (index % (callsPerSecond * 10) === 0)
        report(
          `${index} calls, ${failures.length} failed, ${inVain.length} asked again, ${lives.total} reconnects`,
        );
    }
    await Promise.all(pending);
    const truths = new Map<Restaurant, string[]>();
    for (const restaurant of restaurants)
      truths.set(restaurant, await readTruth(target, restaurant));
    const isRight = ({ restaurant, applied }: Screen): boolean => {
      const truth = truths.get(restaurant) ?? [];
      return applied.length === truth.length && applied.every((id, index) => id === truth[index]);
    };
    for (const end = Date.now() + options.settleMs; !screens.every(isRight) && Date.now() < end;)
      await sleep(250);
    return {
      sockets,
      calls,
      failedCalls: failures.length,
      failures: failures.slice(0, 5),
      askedAgain: inVain.length,
      inVain: inVain.slice(0, 5),
      events: [...truths.values()].reduce((sum, ids) => sum + ids.length, 0),
      wrongScreens: screens.filter((screen) => !isRight(screen)).length,
      reconnects: lives.total,
      peakReconnectsPerSecond: lives.peak,
    };
  } finally {
    for (const { client } of screens) client.close();
    for (const restaurant of restaurants) await restaurant.remove();
  }
}
