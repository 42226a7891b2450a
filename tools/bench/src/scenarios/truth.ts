import { setTimeout as sleep } from "node:timers/promises";
import { GuestClient, StaffClient } from "@waiter/client";
import { keys } from "@waiter/contracts";
import { createDatabase, type Database } from "@waiter/database";
import { runCommand, type StaffActor } from "@waiter/requests";
import { waitFor } from "@waiter/testkit";
import { Redis } from "ioredis";
import { median, type Figure, type Scenario } from "../scenario.ts";
import { LocalSystem } from "../system/local-system.ts";

/** ms until `holds`, from the call on. */
async function until(holds: () => boolean, what: string): Promise<number> {
  const start = performance.now();
  while (!holds()) {
    if (performance.now() - start > 60_000) throw new Error(`waited a minute for ${what}`);
    await sleep(5);
  }
  return performance.now() - start;
}

function openGuests(system: LocalSystem): readonly GuestClient[] {
  const { tables } = system.local();
  return [0, 1, 2].map((index) => {
    const tableToken = tables[index]?.token ?? "";
    const client = new GuestClient({ ...system.tenant, tableToken });
    client.connect();
    return client;
  });
}
async function openBoard(system: LocalSystem): Promise<StaffClient> {
  const member = system.local().staffMembers.find(({ role }) => role === "waiter");
  const client = new StaffClient({ ...system.tenant, refresh: "body" });
  await client.login(member?.email ?? "", member?.password ?? "");
  client.connect();
  return client;
}

interface Losses {
  readonly system: LocalSystem;
  readonly database: Database;
  readonly redis: Redis;
  readonly tenantId: string;
  readonly actor: StaffActor;
}
/** Claims and completes a request; neither event reaches Redis, and its log and head are gone. */
async function loseTwo({ system, database, redis, tenantId, actor }: Losses, requestId: string) {
  const { worker } = system.local().pids;
  process.kill(worker, "SIGSTOP");
  try {
    for (const name of ["claim", "complete"] as const) {
      const { event } = await runCommand(database, { tenantId, requestId, actor }, { name });
      if (event === undefined) throw new Error(`${name} made no event`);
      await database.inTenant(tenantId, (tx) =>
        tx.deleteFrom("outbox").where("seq", "=", event.seq).execute(),
      );
      await redis.del(keys.log(tenantId, event.epoch), keys.head(tenantId));
    }
  } finally {
    process.kill(worker, "SIGCONT");
  }
}

const figures = (name: string, ms: readonly number[]): Figure[] => [
  { name: `${name}, median`, value: median(ms), unit: "ms" },
  { name: `${name}, longest`, value: Math.max(...ms), unit: "ms" },
];

export const truth: Scenario = {
  name: "truth",
  title: "How long a live screen is wrong",
  options: { rounds: 8 },
  async run({ progress, option }) {
    const rounds = option("rounds");
    await using system = await LocalSystem.start();
    await using stack = new AsyncDisposableStack();
    const { databaseUrl, redisUrl } = system.local();
    const database = createDatabase({ url: databaseUrl, name: "bench", max: 2 });
    stack.defer(() => database.close());
    const redis = new Redis(redisUrl);
    stack.defer(() => redis.disconnect());
    const guests = openGuests(system);
    stack.defer(() => guests.forEach((guest) => guest.close()));
    await until(() => guests.every(({ state }) => state === "live"), "the guests being live");

    const [online, offline]: [number[], number[]] = [[], []];
    const all = (value: boolean) => () => guests.every(({ staffOnline }) => staffOnline === value);
    for (let round = 0; round < rounds; round += 1) {
      progress.update("staff come and go", round, rounds);
      await until(all(false), "no staff");
      const board = await openBoard(system);
      online.push(await until(all(true), "the guests seeing staff"));
      await until(() => board.state === "live", "the board being live");
      board.close();
      offline.push(await until(all(false), "the guests seeing no staff"));
    }

    const tenantId = (await database.findTenant("demo"))?.id ?? "";
    await database.inTenant(tenantId, (tx) =>
      tx.updateTable("tenant").set({ escalation_steps: [] }).execute(),
    );
    const board = await openBoard(system);
    stack.defer(() => board.close());
    await until(() => board.state === "live", "the board being live");
    const actor = { kind: "staff", id: board.session?.staff.id ?? "", role: "waiter" } as const;
    const [page, screen]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      progress.update("two losses in a row", round, rounds);
      const guest = guests[round % guests.length] as GuestClient;
      guest.call({ type: "water" });
      const [, { id }] = await guest.once("sent");
      const onBoard = () => board.requests.some((request) => request.id === id);
      await waitFor(onBoard, 60_000, "the request on the board");
      // The moment within the intervals of the repairs differs from round to round.
      await sleep((round / rounds) * 4_000);
      await loseTwo({ system, database, redis, tenantId, actor }, id);
      const isDone = () =>
        guest.requests.find((request) => request.id === id)?.state === "completed";
      const repaired = await Promise.all([
        until(isDone, "the guest's page"),
        until(() => !onBoard(), "the board"),
      ]);
      page.push(repaired[0]);
      screen.push(repaired[1]);
    }
    return {
      unit: "ms",
      samples: { online, offline, page, screen },
      figures: [
        ...figures("a board connects: guests see staff", online),
        ...figures("the last board has closed: guests see none", offline),
        ...figures("two lost events: a guest's page is wrong", page),
        ...figures("two lost events: a board is wrong", screen),
      ],
      bars: [
        { label: "guests see none", value: median(offline) },
        { label: "page wrong", value: median(page) },
        { label: "board wrong", value: median(screen) },
      ],
    };
  },
};
