import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Envelope } from "@waiter/contracts";
import { createDatabase, createStaff, createTenant, type Database } from "@waiter/database";
import {
  createRequest,
  runCommand,
  sendCommand,
  type Guard,
  type StaffActor,
} from "@waiter/requests";
import { testDatabase, waitFor, type TestDatabase } from "@waiter/testkit";
import { sql } from "kysely";
import { erasePerson, updatePerson, type ChangeContext } from "../index.ts";

let urls: TestDatabase;
let database: Database;
beforeAll(async () => {
  urls = await testDatabase();
  database = createDatabase({ url: urls.appUrl, max: 5, name: "claims" });
});
afterAll(async () => {
  await database.close();
  await urls.drop();
});

/** A restaurant where Anna and Ben have claimed a request each, and Anna has completed one. */
async function open() {
  const { tenant, owner, tables } = await createTenant(database, {
    slug: `t${randomUUID().slice(0, 8)}`,
    name: "Trattoria",
    owner: { name: "Olga" },
    tables: ["1"],
  });
  const tenantId = tenant.id;
  const hire = async (name: string): Promise<StaffActor> => {
    const { id } = await database.inTenant(tenantId, (tx) =>
      createStaff(tx, { name, role: "waiter" }),
    );
    return { kind: "staff", id, role: "waiter", sid: randomUUID() };
  };
  const [anna, ben] = [await hire("Anna"), await hire("Ben")];
  const guest = { kind: "guest", sessionId: randomUUID(), tableId: tables[0]?.id ?? "" } as const;
  const send = async (verb: "claim" | "complete", requestId: string, actor: StaffActor) =>
    await sendCommand(database, verb, { tenantId, requestId, actor });
  const ask = async (type: string, actor: StaffActor): Promise<string> => {
    const { request } = await createRequest(database, { tenantId, actor: guest, type });
    await send("claim", request.id, actor);
    return request.id;
  };
  const held = await ask("waiter", anna);
  const others = await ask("bill", ben);
  const done = await ask("water", anna);
  await send("complete", done, anna);
  const olga: StaffActor = { kind: "staff", id: owner.id, role: "owner", sid: randomUUID() };
  return { tenantId, anna, olga, guest, held, others, done };
}

const changes: Record<string, (tenantId: string, olga: StaffActor, id: string) => Promise<object>> =
  {
    deactivation: (tenantId, olga, id) => {
      const context: ChangeContext = { tenantId, editor: { id: olga.id, role: "owner" } };
      return updatePerson(database, context, id, { active: false, version: 1 });
    },
    erasure: (tenantId, _olga, id) => {
      const context: ChangeContext = { tenantId, editor: { id: null, role: "platform" } };
      return erasePerson(database, context, id);
    },
  };

test.each([
  ["deactivation", "staff"],
  ["erasure", "system"],
])("the %s of a person opens the person's claimed requests again", async (name, kind) => {
  const { tenantId, anna, olga, held, others, done } = await open();
  const changed = (await changes[name]?.(tenantId, olga, anna.id)) as {
    events: readonly { envelope: string }[];
  };
  const [released, ...rest] = changed.events.map(
    ({ envelope }) => JSON.parse(envelope) as Envelope,
  );
  expect(released).toMatchObject({
    type: "request.released",
    data: { request: { id: held, state: "new", round: 2 } },
    actor: { kind },
  });
  expect(released?.data["request"]).not.toHaveProperty("claimedBy");
  expect(rest.map(({ type }) => type)).toEqual(["staff.updated"]);
  const { rows, kinds } = await database.inTenant(tenantId, async (tx) => ({
    rows: await tx.selectFrom("request").select(["id", "state"]).execute(),
    kinds: await tx
      .selectFrom("deadline")
      .select("kind")
      .where("request_id", "=", held)
      .orderBy("kind")
      .execute(),
  }));
  expect(Object.fromEntries(rows.map(({ id, state }) => [id, state]))).toEqual({
    [held]: "new",
    [others]: "claimed",
    [done]: "completed",
  });
  expect(kinds.map(({ kind: one }) => one)).toEqual(["escalation", "expiry", "ring"]);
  const undone = await sendCommand(database, "undo", { tenantId, requestId: held, actor: olga });
  expect([undone.answer.status, undone.request.state]).toEqual([409, "new"]);
});

/** A guard that lets the test act between a command's first statement and its change. */
function pause() {
  const [reached, resumed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const guard: Guard = {
    name: "paused",
    read: () => sql`true`,
    when: "new",
    check: async () => {
      reached.resolve();
      await resumed.promise;
    },
  };
  return { guard, reached: reached.promise, resume: resumed.resolve };
}
/** Resolves when a transaction of the test's database waits for a lock. */
const waiting = () =>
  waitFor(async () => {
    const { rows } = await sql`select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(database.db);
    return rows.length > 0;
  }, 20_000);

test("a claim that is under way when its person is deactivated is released by the deactivation", async () => {
  const { tenantId, anna, olga, held } = await open();
  await sendCommand(database, "release", { tenantId, requestId: held, actor: olga });
  const { guard, reached, resume } = pause();
  const claim = sendCommand(database, "claim", {
    tenantId,
    requestId: held,
    actor: anna,
    guards: [guard],
  });
  await reached;
  const deactivation = changes["deactivation"]?.(tenantId, olga, anna.id);
  await Promise.race([deactivation, waiting()]);
  resume();
  const claimed = await claim;
  expect(claimed.request).toMatchObject({ state: "claimed", claimedBy: { id: anna.id } });
  await deactivation;
  const rows = await database.inTenant(tenantId, (tx) =>
    tx.selectFrom("request").select(["state", "claimed_by"]).where("id", "=", held).execute(),
  );
  expect(rows).toEqual([{ state: "new", claimed_by: null }]);
});

test.each(["a device of their own", "a shared screen"])(
  "a claim on %s that meets its person's deactivation waits for it and is refused",
  async (where) => {
    const { tenantId, anna, olga, held } = await open();
    await sendCommand(database, "release", { tenantId, requestId: held, actor: olga });
    const isShared = where === "a shared screen";
    const actor = isShared ? { ...anna, screen: { id: olga.id, name: "Bar" } } : anna;
    let claim: Promise<unknown> = Promise.resolve();
    await database.inTenant(tenantId, async (tx) => {
      await tx
        .updateTable("staff")
        .set({ active: false })
        .where("tenant_id", "=", tenantId)
        .where("id", "=", anna.id)
        .execute();
      claim = sendCommand(database, "claim", { tenantId, requestId: held, actor });
      claim.catch(() => undefined);
      await Promise.race([claim, waiting()]);
    });
    await expect(claim).rejects.toMatchObject({
      code: isShared ? "validation_failed" : "unauthorized",
    });
  },
);

test.each([
  ["cancelled", "cancel"],
  ["completed", "complete"],
] as const)("an undo gives no %s request back to a deactivated person", async (_, verb) => {
  const { tenantId, anna, olga, guest, held } = await open();
  const actor = verb === "cancel" ? guest : olga;
  const send = (name: typeof verb | "undo") =>
    runCommand(database, { tenantId, requestId: held, actor }, { name });
  await send(verb);
  await changes["deactivation"]?.(tenantId, olga, anna.id);
  const { request, event } = await send("undo");
  expect(request).toMatchObject({ id: held, state: "new" });
  expect(request).not.toHaveProperty("claimedBy");
  expect(JSON.parse(event?.envelope ?? "{}")).toMatchObject({ type: "request.reopened" });
  const kinds = await database.inTenant(tenantId, (tx) =>
    tx.selectFrom("deadline").select("kind").where("request_id", "=", held).execute(),
  );
  expect(kinds.map(({ kind }) => kind).toSorted()).toEqual(["escalation", "expiry", "ring"]);
});

test("an undo of a release leaves a deactivated person's request open", async () => {
  const { tenantId, anna, olga, held } = await open();
  const input = { tenantId, requestId: held, actor: olga };
  await sendCommand(database, "release", input);
  await changes["deactivation"]?.(tenantId, olga, anna.id);
  const { answer, request } = await sendCommand(database, "undo", input);
  expect([answer.status, request.state]).toEqual([409, "new"]);
});
