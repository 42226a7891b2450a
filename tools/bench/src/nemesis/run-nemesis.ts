import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { StaffClient } from "@waiter/client";
import { LocalSystem } from "../system/local-system.ts";
import { Cutter } from "./cutter.ts";
import { faults } from "./faults.ts";
import { runLoad, type LoadCounts } from "./load.ts";
import { openBoard, openGuest, type Page } from "./people.ts";
import { Random } from "./random.ts";
import { readTruth, shortenEscalations } from "./read-truth.ts";
import { openRestaurant, openScreen, type Recorder, type Restaurant } from "./restaurant.ts";
import { settle } from "./settle.ts";
import { topologies } from "./topologies.ts";
import type { Topology } from "./topology.ts";
import { tenantProblems, wireProblems } from "./verdict.ts";
import { whole } from "./whole.ts";
import { sumOf, WireTap, type WireCounts } from "./wire-tap.ts";

export interface NemesisOptions {
  readonly durationMs: number;
  readonly seed: number;
  readonly screens?: number;
  readonly restaurants?: number;
  readonly perSecond?: number;
  /** Boards and guests' pages of each restaurant; 0 leaves them and the raw connection out. */
  readonly pages?: number;
  readonly env?: Record<string, string>;
  /** Kinds of deadlines that the run's workers fire; absent: all. */
  readonly deadlineKinds?: readonly string[];
  /** How the stores are run; the launcher's own by default. */
  readonly stores?: keyof typeof topologies;
  /** Names of the faults that may happen; all by default. */
  readonly faults?: readonly string[];
  /** The SDK of the staff screens, such as that of another release; this one's by default. */
  readonly client?: typeof StaffClient;
  readonly say: (text: string) => void;
}

export interface NemesisResult {
  readonly seed: number;
  /**
   * Empty when every screen applied exactly its tenant's events, once each and in order, every page
   * shows the rows of the database, every escalation came once, and no acknowledged request is
   * missing.
   */
  readonly problems: string[];
  readonly events: number;
  readonly applied: number;
  readonly acknowledged: number;
  readonly escalations: number;
  /** Events of staff and guests beyond the creation: claimed, completed and so on. */
  readonly commands: number;
  /** Pages whose rows were compared. */
  readonly pages: number;
  readonly wire: WireCounts;
  readonly faults: Record<string, number>;
  /** From the moment that all processes are ready again to the last page that is up to date. */
  readonly settleMs: number;
}

/** Seconds after which an unanswered request escalates: short, so that a minute sees many. */
const escalationStepsS = [3, 6, 12];

interface Field {
  readonly random: Random;
  readonly system: LocalSystem;
  readonly cutter: Cutter;
  readonly topology: Topology | undefined;
  readonly counts: LoadCounts;
  readonly restaurants: Restaurant[];
  readonly screens: Recorder[];
  readonly boards: Page[];
  readonly guests: ReturnType<typeof openGuest>[];
  readonly taps: WireTap[];
}

/**
 * Random changes through the API while processes die or stop, stores restart, stall or fail over,
 * and connections break; then compares what each staff screen applied and what each page shows with
 * the database. Source of the method: Jepsen's nemesis and checker (Kyle Kingsbury).
 */
export async function runNemesis(options: NemesisOptions): Promise<NemesisResult> {
  const platformToken = randomBytes(24).toString("hex");
  options.say(`seed ${options.seed}: starting Waiter`);
  await using topology =
    options.stores === undefined ? undefined : await topologies[options.stores]?.();
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
  const field: Field = {
    random: new Random(options.seed),
    system,
    cutter,
    topology,
    counts: { acknowledged: new Map(), answers: 0, retries: 0, conflicts: 0 },
    restaurants: [],
    screens: [],
    boards: [],
    guests: [],
    taps: [],
  };
  try {
    await people(options, field, platformToken);
    await waitUntilLive(field.screens);
    const happened = await fight(options, field);
    return await judge(options, field, happened);
  } finally {
    for (const { client } of field.screens) client.close();
    for (const page of [...field.boards, ...field.guests, ...field.taps]) page.close();
  }
}

/** Opens the restaurants, their screens and pages. */
async function people(options: NemesisOptions, field: Field, platformToken: string): Promise<void> {
  const { system, cutter, restaurants, screens, boards, guests, taps, counts } = field;
  for (let index = 0; index < (options.restaurants ?? 4); index += 1) {
    const restaurant = await openRestaurant(system, platformToken, `nemesis${index}`, 12);
    restaurants.push(restaurant);
    await shortenEscalations(system.local().databaseUrl, restaurant, escalationStepsS);
    const acknowledged = new Set<string>();
    counts.acknowledged.set(restaurant.id, acknowledged);
    for (let page = 0; page < (options.pages ?? 2); page += 1) {
      boards.push(await openBoard(restaurant, cutter.origin));
      guests.push(openGuest(restaurant, page, cutter.origin, (id) => acknowledged.add(id)));
      if (page === 0) taps.push(await WireTap.open(restaurant, cutter.origin));
    }
  }
  for (let index = 0; index < (options.screens ?? 20); index += 1) {
    const restaurant = restaurants[index % restaurants.length] as Restaurant;
    screens.push(await openScreen(restaurant, cutter.origin, options.client));
  }
}

/** From here on a screen records every event; those before its first board it never applies. */
async function waitUntilLive(screens: readonly Recorder[]): Promise<void> {
  for (
    const end = Date.now() + 60_000;
    screens.some(({ client }) => client.position === undefined);
  ) {
    if (Date.now() > end) throw new Error("not every screen got its first board within a minute");
    await sleep(50);
  }
}

/** Load and faults, until time is up. Returns how often each fault happened. */
async function fight(options: NemesisOptions, field: Field): Promise<Record<string, number>> {
  const { random, system, cutter, topology, restaurants, screens, counts, guests } = field;
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
    if (guests.length > 0) random.pick(guests).call(random.pick(["waiter", "bill", "water"]));
    const name = random.pick(Object.keys(possible));
    const text = await possible[name]?.();
    happened[name] = (happened[name] ?? 0) + 1;
    const left = Math.max(0, Math.round((end - Date.now()) / 1_000));
    options.say(`${left} s left, ${counts.answers} changes answered; ${text}`);
  }
  stop.abort();
  await load;
  return happened;
}

/** Waits until everything is up to date, then compares it with the database. */
async function judge(
  options: NemesisOptions,
  { system, restaurants, screens, boards, guests, taps, counts }: Field,
  happened: Record<string, number>,
): Promise<NemesisResult> {
  options.say("faults are over: waiting for every process, then for every page");
  await whole(system);
  const pages = [...boards, ...guests];
  const { settleMs, problems, truths } = await settle({
    screens,
    pages,
    restaurants,
    read: (restaurant) => readTruth(system.local().databaseUrl, restaurant, options.deadlineKinds),
    timeoutMs: 90_000,
  });
  for (const [restaurant, truth] of truths) {
    const acknowledged = counts.acknowledged.get(restaurant.id) ?? new Set();
    problems.push(...tenantProblems(restaurant, truth, screens, acknowledged));
  }
  const wire = sumOf(taps);
  problems.push(...wireProblems(wire));
  const events = [...truths.values()].flatMap((truth) => truth.events);
  return {
    seed: options.seed,
    problems,
    events: events.length,
    applied: screens.reduce((sum, screen) => sum + screen.applied.length, 0),
    acknowledged: [...counts.acknowledged.values()].reduce((sum, { size }) => sum + size, 0),
    escalations: events.filter(({ type }) => type === "request.escalated").length,
    commands: events.filter(({ type }) => !/created|escalated|expired/.test(type)).length,
    pages: pages.length,
    wire,
    faults: happened,
    settleMs,
  };
}
