import { join } from "node:path";
import { generateVapidKeys } from "@waiter/auth";
import { createDatabase } from "@waiter/database";
import { announceDeadlines, Presence } from "@waiter/live-state";
import { silentLogger } from "@waiter/logger";
import { connectRedis } from "@waiter/redis";
import {
  spawnService,
  startRedis,
  testDatabase,
  waitFor,
  type RunningService,
} from "@waiter/testkit";
import { Random } from "../nemesis/random.ts";
import { changeDuty, refreshPresence, tick, type EveningDeps } from "./evening.ts";
import { startPushHost } from "./push-host.ts";
import { readEvening } from "./read-evening.ts";
import { recount, type Facts } from "./recount.ts";
import { recountPosts } from "./recount-posts.ts";
import { changePhone, factor, openPlaces, phones, type Place, type WorldOptions } from "./world.ts";

const worker = join(import.meta.dirname, "../../../..", "services/worker/src/main.ts");
const tickMs = 400;
const presenceMs = 5_000;
/** A worker's start shares the machine with a whole evening. */
const startMs = 120_000;

export interface FridayOptions extends WorldOptions {
  /** Simulated minutes of service. */
  readonly minutes: number;
  /** Simulated minutes from one worker's death to the next. */
  readonly killEveryMinutes: number;
  /** Simulated minutes from one call of a table to its next. */
  readonly minutesPerCall: number;
  readonly say: (text: string) => void;
}
export interface FridayResult {
  readonly problems: readonly string[];
  readonly requests: number;
  readonly events: number;
  readonly levels: number;
  readonly rows: Readonly<Record<string, number>>;
  readonly posts: number;
  readonly duplicates: number;
  readonly kills: number;
}

/**
 * An evening in accelerated time against real workers, Postgres and Redis: guests call, staff
 * answer, phones die, lock and refuse pushes, people come and go; a worker is killed again and
 * again, the queues are emptied twice, and Redis restarts once. Afterwards everything is recounted.
 */
export async function runFriday(options: FridayOptions): Promise<FridayResult> {
  const { seed, say } = options;
  const durationMs = (options.minutes * 60_000) / factor;
  await using urls = await testDatabase();
  await using redis = await startRedis({ args: ["--maxmemory-policy", "noeviction"] });
  await using host = await startPushHost();
  await using database = createDatabase({ url: urls.appUrl, max: 12, name: "friday" });
  const pub = connectRedis({
    url: redis.url,
    name: "friday",
    role: "publisher",
    logger: silentLogger,
  });
  await pub.ready();
  const vapid = generateVapidKeys();
  const start = (): Promise<RunningService> =>
    spawnService(
      worker,
      {
        DATABASE_URL: urls.appUrl,
        RELAY_DATABASE_URL: urls.relayUrl,
        REDIS_URL: redis.url,
        RELAY_INTERVAL: "200ms",
        SWEEP_INTERVAL: "500ms",
        VAPID_PUBLIC_KEY: vapid.publicKey,
        VAPID_PRIVATE_KEY: vapid.privateKey,
        VAPID_SUBJECT: "mailto:ops@example.com",
        OUTBOUND_PRIVATE_NETWORKS: "127.0.0.1/32",
        LOG_LEVEL: "error",
      },
      { timeoutMs: startMs },
    );
  const places = await openPlaces(database, options);
  const deps: EveningDeps = {
    database,
    presence: new Presence(pub.client),
    announceDeadlines: announceDeadlines(pub.client),
    pushOrigin: host.origin,
    callChance: tickMs / ((options.minutesPerCall * 60_000) / factor),
  };
  for (const place of places)
    for (const person of place.people) {
      await changePhone(database, place, person, place.random.pick(phones), host.origin);
      if (place.random.next() < 0.6) await changeDuty(deps, place, person);
    }
  const random = new Random(seed);
  const workers = await Promise.all([start(), start()]);
  let kills = 0;
  const stop = new AbortController();
  const errors: unknown[] = [];
  const until = Date.now() + durationMs;
  const forever = async (everyMs: number, round: () => Promise<unknown>): Promise<void> => {
    while (!stop.signal.aborted) {
      const begun = Date.now();
      await round().catch((error: unknown) => errors.push(error));
      await new Promise((done) => setTimeout(done, Math.max(10, everyMs - (Date.now() - begun))));
    }
  };
  const loops = places.flatMap((place) => [
    forever(tickMs, () => tick(deps, place, Date.now() < until)),
    forever(presenceMs, () => refreshPresence(deps, place)),
  ]);
  const replaceWorker = async (): Promise<void> => {
    const index = Math.floor(random.next() * workers.length);
    await workers[index]?.end("SIGKILL");
    kills += 1;
    workers[index] = await start();
  };
  say(`seed ${seed}: ${durationMs / 1_000} s for ${options.minutes} simulated minutes`);
  await runFaults({
    durationMs,
    killEveryMs: (options.killEveryMinutes * 60_000) / factor,
    kill: replaceWorker,
    flush: () => redis.flush(),
    restart: () => redis.restart(),
    say,
  });
  // Guests stop; staff finish what is open, and the workers what is due.
  await waitFor(
    async () => places.every(({ open }) => open.size === 0),
    240_000,
    "all requests to end",
  );
  await waitFor(() => isSettled(urls.appUrl, places), 420_000, "every row to end");
  stop.abort();
  await Promise.all(loops);
  const evenings: Facts[] = [];
  for (const { tenantId } of places) evenings.push(await readEvening(urls.appUrl, tenantId));
  await Promise.all(workers.map((one) => one.end("SIGTERM")));
  await pub.close();
  const { problems: postProblems, duplicates } = recountPosts(evenings, host.posts, kills);
  const rows = evenings.flatMap((one) => one.rows);
  return {
    problems: [
      ...errors.map((error) => `a command failed: ${String(error)}`),
      ...evenings.flatMap(recount),
      ...postProblems,
    ],
    requests: evenings.reduce((sum, one) => sum + one.states.size, 0),
    events: evenings.reduce((sum, one) => sum + one.events.length, 0),
    levels: evenings.flatMap((one) => one.events).filter(({ type }) => type === "request.escalated")
      .length,
    rows: Object.fromEntries(
      [...Map.groupBy(rows, ({ state }) => state)].map(([state, list]) => [state, list.length]),
    ),
    posts: host.posts.length,
    duplicates,
    kills,
  };
}

interface Faults {
  readonly durationMs: number;
  readonly killEveryMs: number;
  readonly kill: () => Promise<void>;
  readonly flush: () => Promise<void>;
  readonly restart: () => Promise<void>;
  readonly say: (text: string) => void;
}

/** Kills workers all evening; empties Redis at a quarter and three quarters, restarts it at half. */
async function runFaults(faults: Faults): Promise<void> {
  const { durationMs, killEveryMs, kill, flush, restart, say } = faults;
  const begun = Date.now();
  const single: [number, string, () => Promise<void>][] = [
    [0.25, "queues emptied", flush],
    [0.5, "Redis restarted", restart],
    [0.75, "queues emptied", flush],
  ];
  for (let nextKill = killEveryMs; Date.now() - begun < durationMs;) {
    const now = Date.now() - begun;
    const [due] = single;
    if (due !== undefined && now >= due[0] * durationMs) {
      single.shift();
      await due[2]();
      say(due[1]);
    }
    if (now >= nextKill) {
      nextKill += killEveryMs;
      await kill();
      say("a worker was killed");
    }
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function isSettled(databaseUrl: string, places: readonly Place[]): Promise<boolean> {
  for (const { tenantId } of places) {
    const { rows } = await readEvening(databaseUrl, tenantId);
    if (rows.some(({ state }) => state === "due")) return false;
  }
  return true;
}
