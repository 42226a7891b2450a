import { expect, test } from "@jest/globals";
import {
  claimConsumer,
  createDatabase,
  createRelayDatabase,
  listConsumers,
} from "@waiter/database";
import { silentLogger } from "@waiter/logger";
import { waitFor } from "@waiter/testkit";
import { sql } from "kysely";
import { setStage } from "../testing/worker-stage.ts";
import { keepLog } from "./keep-log.ts";
import { createLeadership } from "./leadership.ts";

const measuredBy = async (origins: readonly string[], line: string): Promise<string[]> => {
  const texts = await Promise.all(
    origins.map(async (origin) => (await fetch(`${origin}/metrics`)).text()),
  );
  return origins.filter((_, index) => texts[index]?.includes(line));
};

test("one of two workers measures the outbox, and the other one after it stopped", async () => {
  await using stage = await setStage();
  await using relay = createRelayDatabase({ url: stage.urls.relayUrl, max: 1, name: "relay" });
  await claimConsumer(relay.db, { name: "audit", holder: stage.tenantId, ttlMs: 0 });
  const workers = [await stage.start(), await stage.start()];
  const origins = workers.map(({ origin }) => origin);
  let leader = "";
  await waitFor(async () => {
    const found = await measuredBy(origins, "waiter_outbox_unpublished 0");
    leader = found[0] ?? "";
    return found.length === 1;
  }, 60_000);
  const consumer = 'waiter_event_consumer_lost{consumer="audit"} 0';
  await waitFor(async () => (await measuredBy([leader], consumer)).length === 1, 60_000);
  await workers.find(({ origin }) => origin === leader)?.end();
  const rest = origins.filter((origin) => origin !== leader);
  await waitFor(
    async () => (await measuredBy(rest, "waiter_outbox_unpublished 0")).length === 1,
    60_000,
  );
}, 180_000);

test("a leader whose lease another worker took leads no more", async () => {
  await using stage = await setStage();
  const [first, second] = [0, 1].map(() => createLeadership(stage, { name: "test", ttlMs: 0 }));
  expect(await first?.isLeader()).toBe(true);
  expect(await second?.isLeader()).toBe(true);
  const lasting = createLeadership(stage, { name: "other", ttlMs: 600_000 });
  expect(await lasting.isLeader()).toBe(true);
  expect(await createLeadership(stage, { name: "other", ttlMs: 1 }).isLeader()).toBe(false);
  expect(await lasting.isLeader()).toBe(true);
  await lasting.end();
  expect(await createLeadership(stage, { name: "other", ttlMs: 1 }).isLeader()).toBe(true);
}, 60_000);

test("a consumer that begins with events which retention keeps anyway is not lost", async () => {
  await using stage = await setStage();
  await stage.call();
  await using owner = createDatabase({ url: stage.urls.ownerUrl, max: 1, name: "owner" });
  await owner.inTenant(stage.tenantId, (tx) =>
    sql`update event set at = now() - interval '10 days'`.execute(tx),
  );
  await using relay = createRelayDatabase({ url: stage.urls.relayUrl, max: 1, name: "relay" });
  await claimConsumer(relay.db, {
    name: "audit",
    holder: stage.tenantId,
    ttlMs: 0,
    fromStart: true,
  });
  const dayMs = 86_400_000;
  const isLost = async (retentionDays: number): Promise<boolean> => {
    const config = { EVENT_CONSUMER_WAIT: 2 * dayMs, EVENT_RETENTION: retentionDays * dayMs };
    await keepLog({ database: stage.database, logger: silentLogger, config: config as never });
    const [state] = await listConsumers(relay.db);
    return state?.lostAt !== null;
  };
  expect([await isLost(30), await isLost(5)]).toEqual([false, true]);
}, 60_000);
