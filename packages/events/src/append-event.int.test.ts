import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { envelope } from "@waiter/contracts";
import { createDatabase, createTenant, type Database } from "@waiter/database";
import { testDatabase, type TestDatabase } from "@waiter/testkit";
import { appendEvent } from "./append-event.ts";

let urls: TestDatabase;
let database: Database;
beforeAll(async () => {
  urls = await testDatabase();
  database = createDatabase({
    url: urls.appUrl,
    max: 20,
    name: "test",
    connectTimeoutMs: 60_000,
    queryTimeoutMs: 60_000,
  });
});
afterAll(async () => {
  await database.close();
  await urls.drop();
});

const newTenant = async (): Promise<string> => {
  const owner = { email: "o@example.com", name: "O", passwordHash: "x" };
  return (await createTenant(database, { slug: `t${randomUUID().slice(0, 8)}`, name: "T", owner }))
    .tenant.id;
};
const append = (tenantId: string, data: object = {}) =>
  database.inTenant(tenantId, (tx) => appendEvent(tx, { tenantId, type: "table.changed", data }));

describe("appending an event", () => {
  test("50 concurrent writers with failures leave no gap, and commit order is seq order", async () => {
    const tenantId = await newTenant();
    let writing = true;
    const writers = Promise.allSettled(
      Array.from({ length: 50 }, (_, index) =>
        database.inTenant(tenantId, async (tx) => {
          await appendEvent(tx, { tenantId, type: "table.changed", data: { index } });
          if (index % 3 === 0) throw new Error("lost");
        }),
      ),
    ).finally(() => (writing = false));
    const seen: number[][] = [];
    while (writing) {
      const rows = await database.inTenant(tenantId, (tx) =>
        tx.selectFrom("event").select("seq").orderBy("seq").execute(),
      );
      seen.push(rows.map((row) => row.seq));
    }
    expect(
      (await writers).filter((it) => it.status === "rejected").map((it) => String(it.reason)),
    ).toEqual(Array<string>(17).fill("Error: lost"));
    const rows = await database.inTenant(tenantId, (tx) =>
      tx.selectFrom("event").select(["seq", "at"]).orderBy("seq").execute(),
    );
    expect(rows).toHaveLength(33);
    for (const seqs of [...seen, rows.map((row) => row.seq)])
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    expect(rows.map((row) => row.at)).toEqual(
      rows.map((row) => row.at).toSorted((a, b) => a.getTime() - b.getTime()),
    );
  });

  test("event row, outbox row and caller get identical bytes", async () => {
    const tenantId = await newTenant();
    const data = {
      text: `quotes " and \\ , line\nbreak, é 🙋 ${String.fromCharCode(0x2028)}`,
      nested: { b: [1, null], a: true },
    };
    const committed = await database.inTenant(tenantId, (tx) =>
      appendEvent(tx, {
        tenantId,
        type: 'odd"type',
        data,
        traceparent: "00-a-b-01",
        guest: { tableId: tenantId, payload: "{}" },
      }),
    );
    const [event, outbox] = await database.inTenant(tenantId, async (tx) => [
      await tx.selectFrom("event").select(["envelope", "seq", "epoch"]).executeTakeFirstOrThrow(),
      await tx
        .selectFrom("outbox")
        .select(["envelope", "seq", "epoch", "table_id", "guest_payload"])
        .executeTakeFirstOrThrow(),
    ]);
    expect(event).toEqual({
      envelope: committed.envelope,
      seq: committed.seq,
      epoch: committed.epoch,
    });
    expect(outbox).toEqual({ ...event, table_id: tenantId, guest_payload: "{}" });
    const parsed = envelope.parse(JSON.parse(committed.envelope));
    expect(Object.keys(parsed)).toEqual([
      "epoch",
      "seq",
      "id",
      "type",
      "at",
      "data",
      "traceparent",
    ]);
    expect(parsed).toMatchObject({
      epoch: committed.epoch,
      seq: 1,
      type: 'odd"type',
      data,
      traceparent: "00-a-b-01",
    });
    expect(committed.envelope).toContain(JSON.stringify(data));
  });

  test("two tenants have separate numbers and do not wait for each other", async () => {
    const [a, b] = [await newTenant(), await newTenant()];
    await database.inTenant(a, async (tx) => {
      expect((await appendEvent(tx, { tenantId: a, type: "t", data: {} })).seq).toBe(1);
      expect((await append(b)).seq).toBe(1);
    });
    expect((await append(a)).seq).toBe(2);
  });

  test("G4: an event cannot be appended to another tenant's log", async () => {
    const [a, b] = [await newTenant(), await newTenant()];
    await expect(
      database.inTenant(a, (tx) => appendEvent(tx, { tenantId: b, type: "t", data: {} })),
    ).rejects.toThrow("no counter");
    expect((await database.heads([a, b])).map((head) => head.seq)).toEqual([0, 0]);
    const lost = randomUUID();
    await expect(
      database.inTenant(a, (tx) => appendEvent(tx, { tenantId: lost, type: "t", data: {} })),
    ).rejects.toThrow("no counter");
    expect(await database.heads([lost])).toEqual([]);
  });

  test("a deleted tenant's counter does not come back", async () => {
    const tenantId = await newTenant();
    await append(tenantId);
    await database.inTenant(tenantId, async (tx) => {
      await tx.deleteFrom("tenant_counter").execute();
    });
    const appends = await Promise.allSettled(Array.from({ length: 8 }, () => append(tenantId)));
    expect(appends.map((it) => it.status === "rejected" && String(it.reason))).toEqual(
      Array<string>(8).fill(expect.stringContaining("no counter") as unknown as string),
    );
    const left = await database.inTenant(tenantId, async (tx) => [
      await tx.selectFrom("tenant_counter").select("seq").execute(),
      await tx.selectFrom("event").select("seq").where("seq", ">", 1).execute(),
      await tx.selectFrom("outbox").select("seq").where("seq", ">", 1).execute(),
    ]);
    expect(left).toEqual([[], [], []]);
  });
});
