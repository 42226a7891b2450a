import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { keys, namespaces, rooms, type CommittedEvent } from "@waiter/contracts";
import {
  createDatabase,
  createRelayDatabase,
  createTenant,
  deletePublished,
  type Database,
  type RelayDatabase,
} from "@waiter/database";
import { silentLogger } from "@waiter/logger";
import { createMetrics } from "@waiter/metrics";
import {
  startRedis,
  testDatabase,
  waitFor,
  type TestDatabase,
  type TestRedis,
} from "@waiter/testkit";
import { Redis } from "ioredis";
import { sql } from "kysely";
import { appendEvent } from "./append-event.ts";
import { createPublishing } from "./create-publishing.ts";
import { OutboxCleaner } from "./outbox-cleaner.ts";
import { createPublishEvent, type PublishEvent } from "./publish-event.ts";
import { Publisher } from "./publisher.ts";
import { changeEpoch, reconcileHeads } from "./reconcile-heads.ts";
import { RedisReplayLog } from "@waiter/replay-log";
import { LookBack } from "./look-back.ts";
import { Relay, type RelayOptions } from "./relay.ts";

let urls: TestDatabase;
let database: Database;
let relayDatabase: RelayDatabase;
let server: TestRedis;
beforeAll(async () => {
  urls = await testDatabase();
  database = createDatabase({ url: urls.appUrl, max: 5, name: "test" });
  relayDatabase = createRelayDatabase({ url: urls.relayUrl, max: 5, name: "test" });
  server = await startRedis();
});
afterAll(async () => {
  await Promise.all([database.close(), relayDatabase.close()]);
  await urls.drop();
  await server[Symbol.asyncDispose]();
});

let client: Redis;
let subscriber: Redis;
let log: RedisReplayLog;
let publishEvent: PublishEvent;
let diverged: CommittedEvent[];
beforeEach(async () => {
  client = connect();
  await waitFor(() => client.status === "ready"); // a relay does nothing without Redis
  subscriber = new Redis(server.url);
  subscriber.on("error", () => undefined);
  log = new RedisReplayLog(client);
  diverged = [];
  publishEvent = createPublishEvent({
    log,
    onDiverged: (event) => diverged.push(event),
  });
});
afterEach(() => {
  // ioredis would wait 2 s for the end of a connection that has ended.
  if (client.status !== "end") client.disconnect();
  subscriber.disconnect();
});

function connect(): Redis {
  const redis = new Redis(server.url, {
    commandTimeout: 500,
    maxRetriesPerRequest: 0,
    retryStrategy: () => 50,
  });
  redis.on("error", () => undefined);
  return redis;
}
const metrics = () => createMetrics({ defaults: false });
const newTenant = async () => {
  const owner = { email: "o@example.com", name: "O", passwordHash: "x" };
  return (await createTenant(database, { slug: `t${randomUUID().slice(0, 8)}`, name: "T", owner }))
    .tenant.id;
};
const commit = (
  tenantId: string,
  data: object = {},
  guest?: { tableId: string; payload: string },
  type = "table.changed",
) => database.inTenant(tenantId, (tx) => appendEvent(tx, { tenantId, type, data, guest }));
/** Commits many events in one transaction. */
const commitMany = async (tenantId: string, count: number) => {
  await database.inTenant(tenantId, async (tx) => {
    for (let n = 0; n < count; n += 1)
      await appendEvent(tx, { tenantId, type: "table.changed", data: { n } });
  });
};
const discard = (tenantId: string) =>
  database.inTenant(tenantId, (tx) => sql`delete from outbox`.execute(tx));
const outbox = async (tenantId: string) =>
  database.inTenant(tenantId, (tx) =>
    tx
      .selectFrom("outbox")
      .select(["seq", "leased_until"])
      .where("tenant_id", "=", tenantId)
      .orderBy("seq")
      .execute(),
  );
/** Collects every message sent to a room from now on. */
const listen = async (nsp: string, room: string) => {
  const heard: { event: string; payload: { seq?: number } }[] = [];
  const channel = `socket.io#${nsp}#${room}#`;
  subscriber.on("smessage", (to: string, text: string) => {
    const [event, payload] = (
      JSON.parse(text) as { data: { packet: { data: [string, { seq?: number }] } } }
    ).data.packet.data;
    if (to === channel) heard.push({ event, payload });
  });
  await subscriber.ssubscribe(channel);
  return heard;
};
const newRelay = (options: Partial<RelayOptions> = {}) =>
  new Relay({
    database: relayDatabase,
    publishEvent,
    isReady: () => client.status === "ready",
    minAgeMs: 0,
    leaseMs: 10_000,
    batch: 500,
    logger: silentLogger,
    metrics: metrics(),
    ...options,
  });
const newPublisher = (options: { publishEvent?: PublishEvent; maxQueued?: number } = {}) =>
  new Publisher({
    publishEvent,
    cleaner: new OutboxCleaner({ database, intervalMs: 5 }),
    logger: silentLogger,
    metrics: metrics(),
    ...options,
  });

describe("the publisher", () => {
  test("a committed event reaches log, staff room and guests in order; its outbox row is deleted", async () => {
    const tenantId = await newTenant();
    const tableId = randomUUID();
    const staff = await listen(namespaces.staff, rooms.staff(tenantId));
    const guests = await listen(namespaces.guest, rooms.table(tenantId, tableId));
    const publisher = newPublisher();
    const events = [];
    for (let n = 1; n <= 20; n++)
      events.push(
        await commit(tenantId, { n }, { tableId, payload: JSON.stringify({ request: { n } }) }),
      );
    for (const event of events) publisher.publish(event);
    await publisher.drain();
    await waitFor(() => staff.length === 20 && guests.length === 20);
    expect(staff.map(({ event, payload }) => [event, JSON.stringify(payload)])).toEqual(
      events.map(({ envelope }) => ["event", envelope]),
    );
    expect(guests[0]).toEqual({ event: "request", payload: { request: { n: 1 } } });
    expect(await log.read(tenantId, events[0]?.epoch ?? "", 0)).toEqual({
      status: "ok",
      head: 20,
      events: events.map(({ envelope }) => envelope),
    });
    expect(await outbox(tenantId)).toEqual([]);
  });

  test("the guests of a table hear of its mute and of its end", async () => {
    const tenantId = await newTenant();
    const id = randomUUID();
    const guests = await listen(namespaces.guest, rooms.table(tenantId, id));
    const mutedUntil = "2099-01-01T00:00:00.000Z";
    await publishEvent(
      await commit(tenantId, { table: { id, mutedUntil } }, undefined, "table.muted"),
    );
    await publishEvent(await commit(tenantId, { table: { id } }, undefined, "table.muted"));
    await waitFor(() => guests.length === 2);
    expect(guests).toEqual([
      { event: "resync", payload: { withinMs: 2_000, mutedUntil } },
      { event: "resync", payload: { withinMs: 2_000, mutedUntil: null } },
    ]);
  });

  test("an event beyond the queue's limit is left for the relay", async () => {
    const tenantId = await newTenant();
    const publisher = newPublisher({ maxQueued: 0 });
    publisher.publish(await commit(tenantId));
    await publisher.drain();
    expect(await outbox(tenantId)).toHaveLength(1);
    expect(await newRelay().run()).toBeUndefined();
    expect(await outbox(tenantId)).toEqual([]);
  });

  test("events stay in the outbox while Redis is away; the relay publishes them later", async () => {
    const tenantId = await newTenant();
    await log.head(tenantId);
    await server.stop();
    await waitFor(() => client.status !== "ready");
    const publisher = newPublisher();
    const events = [await commit(tenantId), await commit(tenantId)];
    for (const event of events) publisher.publish(event);
    await publisher.drain();
    const relay = newRelay();
    await relay.run();
    expect(await outbox(tenantId)).toEqual([
      { seq: 1, leased_until: null },
      { seq: 2, leased_until: null },
    ]);
    await server.restart();
    await waitFor(() => client.status === "ready");
    await relay.run();
    expect(await log.read(tenantId, events[0]?.epoch ?? "", 0)).toMatchObject({
      status: "ok",
      head: 2,
    });
    expect(await outbox(tenantId)).toEqual([]);
  });
});

describe("a Redis that refuses to write", () => {
  test.each([
    ["too few replicas", "min-replicas-to-write", "1", "0"],
    ["no memory", "maxmemory", "1", "0"],
  ])("takes each event once with %s: the relay repeats none", async (_why, name, bad, good) => {
    const tenantId = await newTenant();
    const staff = await listen(namespaces.staff, rooms.staff(tenantId));
    await client.config("SET", name, bad);
    try {
      const publisher = newPublisher();
      for (let n = 0; n < 5; n += 1) publisher.publish(await commit(tenantId));
      await publisher.drain();
      expect(await outbox(tenantId)).toEqual([]);
      await commit(tenantId);
      await newRelay().run();
      expect(await outbox(tenantId)).toEqual([]);
      await waitFor(() => staff.length === 6);
      expect(await log.head(tenantId)).toBeUndefined();
    } finally {
      await client.config("SET", name, good);
    }
  });

  const refusing = (message: string) =>
    createPublishEvent({
      log: { append: () => Promise.reject(new Error(message)) } as unknown as RedisReplayLog,
      onDiverged: () => undefined,
    });
  const event = {
    tenantId: randomUUID(),
    epoch: randomUUID(),
    seq: 1,
    id: randomUUID(),
    envelope: "{}",
  };

  test.each([
    "OOM command not allowed when used memory > 'maxmemory'.",
    "MISCONF Redis is configured to save RDB snapshots",
    "NOREPLICAS Not enough good replicas to write.",
  ])("counts as published: %s", async (message) => {
    await refusing(message)(event);
  });

  test.each([
    "READONLY You can't write against a read only replica.",
    "MOVED 1 127.0.0.1:7001",
    "LOADING Redis is loading the dataset in memory",
    "CLUSTERDOWN The cluster is down",
    "MASTERDOWN Link with MASTER is down",
    "Command timed out",
    "Connection is closed.",
  ])("does not count as published: %s", async (message) => {
    await expect(refusing(message)(event)).rejects.toThrow(message);
  });
});

describe("the outbox cleaner", () => {
  test("deletes rows of many tenants in one statement, and only rows that match", async () => {
    const tenants = await Promise.all(Array.from({ length: 30 }, newTenant));
    const events = await Promise.all(tenants.map((tenantId) => commit(tenantId)));
    const kept = await commit(tenants[0] ?? "");
    const row = ({ tenantId, epoch, seq, id }: CommittedEvent) => ({
      tenantId,
      epoch,
      seq,
      eventId: id,
    });
    const foreign = [
      { ...row(kept), eventId: randomUUID() },
      { ...row(kept), epoch: randomUUID() },
      { ...row(kept), tenantId: tenants[1] ?? "" },
      { ...row(kept), seq: 99 },
    ];
    expect(await deletePublished(database.db, [...events.map(row), ...foreign])).toBe(30);
    expect((await outbox(kept.tenantId)).map(({ seq }) => seq)).toEqual([kept.seq]);
    expect(await deletePublished(database.db, [row(kept)])).toBe(1);
  });

  test("finds its rows by key with a plan that was made for an empty queue", async () => {
    const tenantId = await newTenant();
    await using owner = createDatabase({ url: urls.ownerUrl, max: 1, name: "test" });
    await using session = createDatabase({ url: urls.appUrl, max: 1, name: "test" });
    await sql`analyze outbox`.execute(owner.db);
    const ids = Array.from({ length: 40 }, () => randomUUID());
    const epoch = randomUUID();
    const remove = () =>
      deletePublished(
        session.db,
        ids.map((eventId, index) => ({ tenantId, epoch, seq: index + 1, eventId })),
      );
    // Postgres keeps a plan after five executions.
    for (let call = 0; call < 6; call++) expect(await remove()).toBe(0);
    await database.inTenant(tenantId, (tx) =>
      sql`insert into outbox (tenant_id, epoch, event_id, seq, envelope)
        select ${tenantId}, ${epoch}, coalesce(id, gen_random_uuid()), n, '{}'
        from unnest(${ids}::uuid[]) with ordinality as given (id, number)
        right join generate_series(1, 2000) n on number = n`.execute(tx),
    );
    await sql`begin`.execute(session.db);
    expect(await remove()).toBe(ids.length);
    const { rows } = await sql<{ read: number }>`
      select (seq_tup_read + idx_tup_fetch)::int as read from pg_stat_xact_all_tables
      where relname = 'outbox'`.execute(session.db);
    await sql`rollback`.execute(session.db);
    expect(rows).toEqual([{ read: ids.length }]);
    await database.inTenant(tenantId, (tx) => tx.deleteFrom("outbox").execute());
  });

  test("its function belongs to the relay's role, and the tables' owner is no superuser", async () => {
    const owner = createDatabase({ url: urls.ownerUrl, max: 1, name: "test" });
    const { rows } = await sql<{ role: string; superuser: boolean }>`
      select pg_get_userbyid(proowner) as role, (select rolsuper from pg_roles where rolname = current_user) as superuser
      from pg_proc where proname = 'delete_published'`.execute(owner.db);
    await owner.close();
    expect(rows).toEqual([{ role: new URL(urls.relayUrl).username, superuser: false }]);
  });
});

describe("the relay", () => {
  test("publishes rows older than the minimum age, oldest first", async () => {
    const tenantId = await newTenant();
    const staff = await listen(namespaces.staff, rooms.staff(tenantId));
    for (let n = 0; n < 5; n++) await commit(tenantId);
    await newRelay({ minAgeMs: 60_000 }).run();
    expect(staff).toEqual([]);
    await database.inTenant(tenantId, (tx) =>
      sql`update outbox set created_at = created_at - interval '61 s' where seq <= 3`.execute(tx),
    );
    await newRelay({ minAgeMs: 60_000 }).run();
    await waitFor(() => staff.length === 3);
    expect(staff.map(({ payload }) => payload.seq)).toEqual([1, 2, 3]);
    expect((await outbox(tenantId)).map(({ seq }) => seq)).toEqual([4, 5]);
    await newRelay().run();
  });

  test("two relays and a publisher lose no event and never change its bytes", async () => {
    const tenants = await Promise.all([newTenant(), newTenant(), newTenant()]);
    const heard = await Promise.all(
      tenants.map((tenantId) => listen(namespaces.staff, rooms.staff(tenantId))),
    );
    const publisher = newPublisher();
    const relays = [newRelay({ batch: 7 }), newRelay({ batch: 5 })];
    const committed = await Promise.all(
      tenants.map(async (tenantId) => {
        const events = [];
        for (let n = 0; n < 40; n++) {
          const event = await commit(tenantId, { n });
          events.push(event);
          if (n % 3 === 0) publisher.publish(event);
          if (n % 10 === 0) void Promise.all(relays.map((relay) => relay.run()));
        }
        return events;
      }),
    );
    await publisher.drain();
    await waitFor(async () => {
      await Promise.all(relays.map((relay) => relay.run()));
      return (await Promise.all(tenants.map(outbox))).flat().length === 0;
    });
    for (const [index, events] of committed.entries()) {
      const bytes = new Set(heard[index]?.map(({ payload }) => JSON.stringify(payload)));
      expect([...bytes].toSorted()).toEqual(events.map(({ envelope }) => envelope).toSorted());
      expect(await log.read(events[0]?.tenantId ?? "", events[0]?.epoch ?? "", 0)).toMatchObject({
        status: "ok",
        head: 40,
      });
    }
    expect(diverged).toEqual([]);
  });

  test("leases of a dead relay expire; a failed publication waits for its back-off", async () => {
    const tenantId = await newTenant();
    await commit(tenantId);
    const dying = newRelay({ publishEvent: () => new Promise(() => undefined) });
    void dying.run();
    await waitFor(async () => (await outbox(tenantId))[0]?.leased_until !== null);
    const staff = await listen(namespaces.staff, rooms.staff(tenantId));
    await newRelay().run();
    expect(staff).toEqual([]);
    // The lease's ten seconds are over.
    await sql`update outbox set leased_until = leased_until - interval '10 s'
      where tenant_id = ${tenantId}`.execute(relayDatabase.db);
    await newRelay().run();
    await waitFor(() => staff.length === 1);
    await commit(tenantId);
    await newRelay({ publishEvent: () => Promise.reject(new Error("no")) }).run();
    expect(await outbox(tenantId)).toEqual([{ seq: 2, leased_until: expect.any(Date) }]);
    await waitFor(async () => {
      await newRelay().run();
      return (await outbox(tenantId)).length === 0;
    });
  });

  test("600 rows that always fail delay no other tenant and are tried ever less often", async () => {
    const [failing, healthy] = [await newTenant(), await newTenant()];
    await commitMany(failing, 600);
    await commitMany(healthy, 20);
    const tries = new Map<string, number>();
    const relay = newRelay({
      publishEvent: async (event) => {
        tries.set(event.tenantId, (tries.get(event.tenantId) ?? 0) + 1);
        if (event.tenantId === failing) throw new Error("a dead shard");
        await publishEvent(event);
      },
    });
    expect(await relay.run()).toBe("again");
    expect(await outbox(healthy)).toEqual([]);
    for (let round = 0; round < 50; round += 1) await relay.run();
    expect(tries.get(healthy)).toBe(20);
    // Each failing row waits at least 0.375 s and then twice as long after every further attempt.
    expect(tries.get(failing)).toBeLessThan(600 * 5);
    await discard(failing);
  });

  test("tenants take turns in a batch, so that a backlog delays no other tenant", async () => {
    const [large, small] = [await newTenant(), await newTenant()];
    await commitMany(large, 600);
    await commitMany(small, 20);
    expect(await newRelay({ batch: 100 }).run()).toBe("again");
    expect(await outbox(small)).toEqual([]);
    expect(await outbox(large)).toHaveLength(520);
    await discard(large);
  });

  test("a transaction that stays open during a look is found by the next, bounded look", async () => {
    const tenantId = await newTenant();
    const lookBack = new LookBack();
    const relay = newRelay({ lookBack });
    const appended = Promise.withResolvers<void>();
    const commits = Promise.withResolvers<void>();
    const open = database.inTenant(tenantId, async (tx) => {
      await appendEvent(tx, { tenantId, type: "table.changed", data: {} });
      appended.resolve();
      await commits.promise;
    });
    await appended.promise;
    // A full batch of other tests' rows is no complete look.
    await waitFor(async () => {
      await relay.run();
      return lookBack.next() !== undefined;
    }, 20_000);
    commits.resolve();
    await open;
    await relay.run();
    expect(await outbox(tenantId)).toEqual([]);
  });

  test("a bounded look leaves older rows to the full look", async () => {
    const tenantId = await newTenant();
    await commit(tenantId);
    await database.inTenant(tenantId, (tx) =>
      sql`update outbox set created_at = created_at - interval '1 hour'`.execute(tx),
    );
    let now = 0;
    const lookBack = new LookBack({ fullLookMs: 300_000, clock: () => now });
    lookBack.complete(0, undefined);
    const relay = newRelay({ lookBack });
    await relay.run();
    expect(await outbox(tenantId)).toHaveLength(1);
    now = 300_000;
    await relay.run();
    expect(await outbox(tenantId)).toEqual([]);
  });

  test("the gauges show the number of waiting rows and the age of the oldest", async () => {
    const tenantId = await newTenant();
    await commit(tenantId);
    await database.inTenant(tenantId, (tx) =>
      sql`update outbox set created_at = created_at - interval '100 s'`.execute(tx),
    );
    const own = metrics();
    await newRelay({ metrics: own }).measure();
    expect((await own.outboxUnpublished.get()).values[0]?.value).toBe(1);
    expect((await own.outboxOldestSeconds.get()).values[0]?.value).toBeGreaterThanOrEqual(100);
    await newRelay({ metrics: own }).run();
    await newRelay({ metrics: own }).measure();
    expect((await own.outboxUnpublished.get()).values[0]?.value).toBe(0);
    expect((await own.outboxOldestSeconds.get()).values[0]?.value).toBe(0);

    // When the outbox cannot be read, the gauges have no value: 0 would be a measurement.
    const refused = createRelayDatabase({
      url: urls.relayUrl.replace(/\/\/[^@]*@/, "//nobody:none@"),
      max: 1,
      name: "test",
    });
    await expect(newRelay({ metrics: own, database: refused }).measure()).rejects.toThrow();
    await refused.close();
    expect([
      (await own.outboxUnpublished.get()).values,
      (await own.outboxOldestSeconds.get()).values,
    ]).toEqual([[], []]);
  });
});

describe("a database restored to an earlier state", () => {
  const restoreTo = (tenantId: string, seq: number) =>
    database
      .inTenant(tenantId, (tx) => sql`update tenant_counter set seq = ${seq}`.execute(tx))
      .then(() => deleteEventsAbove(tenantId, seq));
  const deleteEventsAbove = async (tenantId: string, seq: number) => {
    const owner = createDatabase({ url: urls.ownerUrl, max: 1, name: "test" });
    await owner.inTenant(tenantId, (tx) => sql`delete from event where seq > ${seq}`.execute(tx));
    await owner.close();
  };

  test("gets a new epoch when heads are requested", async () => {
    const tenantId = await newTenant();
    for (let n = 0; n < 3; n++) await publishEvent(await commit(tenantId));
    const [before] = await reconcileHeads(database, log, [tenantId]);
    expect(before).toMatchObject({ seq: 3 });
    await restoreTo(tenantId, 1);
    const [after] = await reconcileHeads(database, log, [tenantId]);
    expect(after).toMatchObject({ tenant: tenantId, seq: 1 });
    expect(after?.epoch).not.toBe(before?.epoch);
    expect(await log.head(tenantId)).toEqual({ epoch: after?.epoch, seq: 1 });
    expect(await client.exists(keys.log(tenantId, before?.epoch ?? ""))).toBe(0);
    expect(await reconcileHeads(database, log, [tenantId])).toEqual([after]);
    expect(await outbox(tenantId)).toEqual([]);
  });

  test("an event with a repeated number changes the epoch at once", async () => {
    const tenantId = await newTenant();
    const { publishEvent, publisher } = createPublishing({
      database,
      client,
      logger: silentLogger,
      metrics: metrics(),
    });
    for (let n = 0; n < 3; n++) await publishEvent(await commit(tenantId));
    await database.inTenant(tenantId, (tx) => sql`delete from outbox`.execute(tx));
    await restoreTo(tenantId, 1);
    const again = await commit(tenantId, { after: "the restore" });
    publisher.publish(again);
    await publisher.drain();
    await waitFor(async () => (await database.heads([tenantId]))[0]?.epoch !== again.epoch);
    const head = await database.heads([tenantId]);
    // The second change of the same epoch does nothing.
    await changeEpoch(database, log, tenantId, { from: again.epoch });
    expect(await database.heads([tenantId])).toEqual(head);
  });

  test("a stale read of the head never changes the epoch", async () => {
    const tenantId = await newTenant();
    for (let n = 0; n < 3; n++) await publishEvent(await commit(tenantId));
    const [head] = await database.heads([tenantId]);
    // A standby that lags behind answers an older number than Redis has.
    const stale = {
      inTenant: ((...args) => database.inTenant(...args)) as typeof database.inTenant,
      heads: async (tenantIds: readonly string[]) =>
        (await database.heads(tenantIds)).map((each) => ({ ...each, seq: 1 })),
    };
    await reconcileHeads(stale, log, [tenantId]);
    expect(await database.heads([tenantId])).toEqual([head]);
  });

  test("without Redis the heads are Postgres' alone", async () => {
    const tenantId = await newTenant();
    await commit(tenantId);
    client.disconnect();
    expect(await reconcileHeads(database, log, [tenantId])).toMatchObject([{ seq: 1 }]);
  });
});
