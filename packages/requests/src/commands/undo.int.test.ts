import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { createRequest, escalateRequest, runCommand, sendCommand } from "../index.ts";
import { shareRestaurants, type TestRestaurant } from "../testing/restaurant.ts";

const restaurants = shareRestaurants();

const database = () => restaurants.database;
const device = "0198c0de-0000-7000-8000-000000000001";
const anna = (r: TestRestaurant) => ({ ...r.anna, sid: device });

async function asked(r: TestRestaurant, guest = r.guest()) {
  const { request } = await createRequest(database(), {
    tenantId: r.tenantId,
    actor: guest,
    type: "water",
  });
  return { guest, id: request.id };
}
const send = (r: TestRestaurant, id: string, verb: "claim" | "release" | "complete" | "undo") =>
  sendCommand(database(), verb, { tenantId: r.tenantId, requestId: id, actor: anna(r) });
const dismiss = (r: TestRestaurant, id: string) =>
  sendCommand(database(), "dismiss", {
    tenantId: r.tenantId,
    requestId: id,
    actor: anna(r),
    reason: "gone",
  });
const deadlinesOf = (r: TestRestaurant) =>
  database().inTenant(r.tenantId, (tx) =>
    tx
      .selectFrom("deadline")
      .select(["request_id", "kind", "level", "due_at"])
      .orderBy("kind")
      .execute(),
  );
const type = (result: { event?: { envelope: string } }) =>
  (JSON.parse(result.event?.envelope ?? "{}") as { type?: string }).type;

describe("undo", () => {
  it.each([
    ["claim", [], "new", "request.released"],
    ["release", ["claim"], "claimed", "request.claimed"],
    ["complete", [], "new", "request.reopened"],
    ["complete", ["claim"], "claimed", "request.claimed"],
  ] as const)("of %s after %j puts the request back to %s", async (verb, before, state, event) => {
    const r = await restaurants.open();
    const { id } = await asked(r);
    for (const one of before) await send(r, id, one);
    await send(r, id, verb);
    const undone = await send(r, id, "undo");
    expect({ status: undone.answer.status, state: undone.request.state }).toEqual({
      status: 200,
      state,
    });
    expect(type(undone)).toBe(event);
  });

  it("puts the deadlines of a dismissed request back as they were", async () => {
    const r = await restaurants.open();
    const { id } = await asked(r);
    const before = await deadlinesOf(r);
    await dismiss(r, id);
    expect(await deadlinesOf(r)).toEqual([]);
    await send(r, id, "undo");
    expect(await deadlinesOf(r)).toEqual(before);
  });

  it("fires an overdue step at once", async () => {
    const r = await restaurants.open();
    const { id } = await asked(r);
    await dismiss(r, id);
    await database().inTenant(r.tenantId, async (tx) => {
      const { undo } = await tx
        .selectFrom("request")
        .select("undo")
        .where("id", "=", id)
        .executeTakeFirstOrThrow();
      const deadlines = undo?.deadlines.map((one) => ({ ...one, dueAt: "2020-01-01T00:00:00Z" }));
      await tx
        .updateTable("request")
        .set({ undo: JSON.stringify({ ...undo, deadlines }) })
        .where("id", "=", id)
        .execute();
    });
    const undone = await send(r, id, "undo");
    expect(undone.escalation).toEqual({ level: 1, inMs: 0 });
    const fired = await escalateRequest(database(), {
      tenantId: r.tenantId,
      requestId: id,
      level: 1,
    });
    expect(fired.status).toBe("done");
  });

  it("is refused to another person, another device and after 30 seconds", async () => {
    const r = await restaurants.open();
    const { id } = await asked(r);
    await send(r, id, "claim");
    for (const actor of [r.ben, { ...r.anna, sid: "0198c0de-0000-7000-8000-000000000002" }]) {
      const input = { tenantId: r.tenantId, requestId: id, actor };
      expect((await sendCommand(database(), "undo", input)).answer.status).toBe(409);
    }
    await database().inTenant(r.tenantId, async (tx) => {
      const { undo } = await tx
        .selectFrom("request")
        .select("undo")
        .where("id", "=", id)
        .executeTakeFirstOrThrow();
      await tx
        .updateTable("request")
        .set({ undo: JSON.stringify({ ...undo, at: "2020-01-01T00:00:00Z" }) })
        .where("id", "=", id)
        .execute();
    });
    expect((await send(r, id, "undo")).answer.status).toBe(409);
  });

  it("is refused when the table has sent the same request again, with the open one", async () => {
    const r = await restaurants.open();
    const { id, guest } = await asked(r);
    await send(r, id, "complete");
    const again = await asked(r, guest);
    const undone = await send(r, id, "undo");
    expect([undone.answer.status, undone.request.id]).toEqual([409, again.id]);
  });

  it("takes back a guest's own cancellation, and no other guest's", async () => {
    const r = await restaurants.open();
    const { id, guest } = await asked(r);
    const input = { tenantId: r.tenantId, requestId: id };
    await sendCommand(database(), "cancel", { ...input, actor: guest });
    const other = await runCommand(database(), { ...input, actor: r.guest() }, { name: "undo" });
    expect(other.answer.status).toBe(409);
    const undone = await runCommand(database(), { ...input, actor: guest }, { name: "undo" });
    expect([undone.answer.status, undone.request.state]).toEqual([200, "new"]);
  });

  it("never undoes what another person did since, whatever the order", async () => {
    const r = await restaurants.open();
    const other = fc.constantFrom("ben", "guest", "escalation", "anna-again");
    const verb = fc.constantFrom("claim", "complete", "dismiss");
    await fc.assert(
      fc.asyncProperty(verb, other, async (mine, theirs) => {
        const { id, guest } = await asked(r);
        const input = { tenantId: r.tenantId, requestId: id };
        await (mine === "dismiss" ? dismiss(r, id) : send(r, id, mine));
        const between =
          theirs === "ben"
            ? await sendCommand(database(), "complete", { ...input, actor: r.owner })
            : theirs === "guest"
              ? await sendCommand(database(), "cancel", { ...input, actor: guest })
              : theirs === "escalation"
                ? await escalateRequest(database(), { ...input, level: 1 })
                : await send(r, id, "complete");
        const changed = "event" in between && between.event !== undefined;
        const version = (await send(r, id, "undo")).request.version;
        const undone = await database().inTenant(r.tenantId, (tx) =>
          tx
            .selectFrom("request")
            .select(["state", "version"])
            .where("id", "=", id)
            .executeTakeFirstOrThrow(),
        );
        expect(undone.version).toBe(version);
        const theirsWon = changed ? (theirs === "guest" ? "cancelled" : "completed") : "new";
        const expected = theirs === "anna-again" ? undone.state : theirsWon;
        expect(undone.state).toBe(expected);
        await database().inTenant(r.tenantId, (tx) =>
          tx.updateTable("request").set({ state: "expired" }).where("id", "=", id).execute(),
        );
      }),
      { numRuns: 40 },
    );
  });
});
