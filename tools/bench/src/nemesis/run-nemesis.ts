import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { StaffClient } from "@waiter/client";
import { LocalSystem } from "../system/local-system.ts";
import { differences, readTruth, settle } from "./check.ts";
import { Cutter } from "./cutter.ts";
import { faults } from "./faults.ts";
import { runLoad, type LoadCounts } from "./load.ts";
import { Random } from "./random.ts";
import { topologies, type Topology } from "./topologies.ts";
import { openRestaurant, openScreen, type Recorder, type Restaurant } from "./restaurant.ts";

export interface NemesisOptions {
  readonly durationMs: number;
  readonly seed: number;
  readonly screens?: number;
  readonly restaurants?: number;
  readonly perSecond?: number;
  readonly env?: Record<string, string>;
  /** How Redis is run; the launcher's own by default. */
  readonly redis?: keyof typeof topologies;
  /** Names of the faults that may happen; all by default. */
  readonly faults?: readonly string[];
  /** The SDK of the staff screens, such as that of another release; this one's by default. */
  readonly client?: typeof StaffClient;
  readonly say: (text: string) => void;
}

export interface NemesisResult {
  readonly seed: number;
  /**
   * Empty when every screen applied exactly its tenant's events, once each and in order, and no
   * acknowledged call is missing.
   */
  readonly problems: string[];
  readonly events: number;
  readonly applied: number;
  readonly acknowledged: number;
  readonly faults: Record<string, number>;
  readonly settleMs: number;
}

/**
 * Random changes through the API while processes die, Redis restarts or stalls and connections
 * break; then compares what each staff screen applied with the database. Source of the method:
 * Jepsen's nemesis and checker (Kyle Kingsbury).
 */
export async function runNemesis(options: NemesisOptions): Promise<NemesisResult> {
  const random = new Random(options.seed);
  const platformToken = randomBytes(24).toString("hex");
  options.say(`seed ${options.seed}: starting Waiter`);
  await using topology =
    options.redis === undefined ? undefined : await topologies[options.redis]?.();
  await using system = await LocalSystem.start({
    gateways: 2,
    apis: 2,
    env: {
      PLATFORM_ADMIN_TOKEN: platformToken,
      DRAIN_WINDOW: "3s",
      ...topology?.env,
      ...options.env,
    },
  });
  await using cutter = await Cutter.start(Number(new URL(system.domainUrl).port));
  const restaurants: Restaurant[] = [];
  for (let index = 0; index < (options.restaurants ?? 4); index += 1)
    restaurants.push(await openRestaurant(system, platformToken, `nemesis${index}`, 12));
  const screens: Recorder[] = [];
  for (let index = 0; index < (options.screens ?? 20); index += 1)
    screens.push(
      await openScreen(
        restaurants[index % restaurants.length] as Restaurant,
        cutter.origin,
        options.client,
      ),
    );
  try {
    await waitUntilLive(screens);
    return await fight(options, { random, system, cutter, topology, restaurants, screens });
  } finally {
    for (const { client } of screens) client.close();
  }
}

/**
 * From here on a screen records every event: what happened before its first board, it never
 * applies.
 */
async function waitUntilLive(screens: readonly Recorder[]): Promise<void> {
  for (
    const end = Date.now() + 60_000;
    screens.some(({ client }) => client.position === undefined);
  ) {
    if (Date.now() > end) throw new Error("not every screen got its first board within a minute");
    await sleep(50);
  }
}

interface Field {
  readonly random: Random;
  readonly system: LocalSystem;
  readonly cutter: Cutter;
  readonly topology: Topology | undefined;
  readonly restaurants: readonly Restaurant[];
  readonly screens: readonly Recorder[];
}

async function fight(
  options: NemesisOptions,
  { random, system, cutter, topology, restaurants, screens }: Field,
): Promise<NemesisResult> {
  const counts: LoadCounts = { acknowledged: new Map(), answers: 0, retries: 0, conflicts: 0 };
  const stop = new AbortController();
  const load = runLoad(
    restaurants,
    screens,
    cutter.origin,
    random,
    options.perSecond ?? 25,
    counts,
    stop.signal,
  );
  const happened: Record<string, number> = {};
  const possible = Object.fromEntries(
    Object.entries(faults(system, cutter, random, topology)).filter(
      ([name]) => options.faults === undefined || options.faults.includes(name),
    ),
  );
  const end = Date.now() + options.durationMs;
  while (Date.now() < end) {
    await sleep(random.between(800, 3_500));
    const name = random.pick(Object.keys(possible));
    const words = await possible[name]?.();
    happened[name] = (happened[name] ?? 0) + 1;
    const applied = screens.reduce((sum, screen) => sum + screen.applied.length, 0);
    options.say(
      `${Math.max(0, Math.round((end - Date.now()) / 1_000))} s left, ${counts.answers} changes answered, ${applied} events applied; ${words}`,
    );
  }
  stop.abort();
  await load;
  options.say("faults are over: waiting for every screen to catch up");
  const since = Date.now();
  const readHeads = async () => {
    const heads = new Map<string, number>();
    for (const restaurant of restaurants)
      heads.set(
        restaurant.id,
        (await readTruth(system.local().databaseUrl, restaurant)).events.length,
      );
    return heads;
  };
  const { heads, problems } = await settle(screens, readHeads, 90_000);
  const settleMs = Date.now() - since;
  let events = 0;
  let acknowledged = 0;
  for (const restaurant of restaurants) {
    const truth = await readTruth(system.local().databaseUrl, restaurant);
    events += truth.events.length;
    for (const id of counts.acknowledged.get(restaurant.id) ?? []) {
      acknowledged += 1;
      if (!truth.requests.has(id))
        problems.push(`${restaurant.slug}: call ${id} was acknowledged and is not in the database`);
    }
    if (truth.events.some(({ seq }, index) => seq !== index + 1))
      problems.push(`${restaurant.slug}: the database's own events have a gap`);
    for (const [index, screen] of screens.entries())
      if (screen.restaurant === restaurant) {
        // What was added since the heads were read, a screen may have applied or not.
        const due = truth.events.slice(
          0,
          Math.max(heads.get(restaurant.id) ?? 0, screen.applied.length),
        );
        problems.push(...differences(`screen ${index} of ${restaurant.slug}`, screen.applied, due));
      }
  }
  return {
    seed: options.seed,
    problems,
    events,
    applied: screens.reduce((sum, screen) => sum + screen.applied.length, 0),
    acknowledged,
    faults: happened,
    settleMs,
  };
}
