import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import { createStaff } from "@waiter/database";
import { sql } from "kysely";
import { runCommand } from "./run-command.ts";
import { shareApi } from "../testing/share-api.ts";
import { createRestaurant, loginAs, type Restaurant } from "../testing/start-test-api.ts";

const api = shareApi();
let pizza: Restaurant;
let tenantId: string;
let personId: string;

beforeAll(async () => {
  pizza = await createRestaurant(api);
  const tenant = await api.context.database.findTenant(pizza.slug);
  tenantId = tenant?.id ?? "";
  const person = await api.context.database.inTenant(tenantId, (tx) =>
    createStaff(tx, {
      email: "anna@example.com",
      name: "Anna Angelo",
      role: "owner",
      passwordHash: "no hash",
    }),
  );
  personId = person.id;
});

async function run(...args: string[]): Promise<{ code: number; out: string }> {
  const lines: string[] = [];
  const log = jest
    .spyOn(console, "log")
    .mockImplementation((line) => void lines.push(String(line)));
  const error = jest.spyOn(console, "error").mockImplementation(() => undefined);
  try {
    const { DATABASE_URL } = api.context.config;
    const code = await runCommand("staff", args, { DATABASE_URL });
    return { code, out: lines.join("\n") };
  } finally {
    log.mockRestore();
    error.mockRestore();
  }
}

test("an invitation is made for the person named, and for no unknown one", async () => {
  const invited = await run("invite", "--slug", pizza.slug, "--id", personId);
  expect(invited.code).toBe(0);
  expect(JSON.parse(invited.out)).toMatchObject({
    staff: { id: personId, name: "Anna Angelo", role: "owner" },
    invitation: { url: expect.stringContaining("/join#") },
  });
  expect((await run("invite", "--slug", pizza.slug)).out).toContain("/join#");
  expect((await run("invite", "--slug", pizza.slug, "--id", tenantId)).code).toBe(1);
});

test("the export of a person holds what the work left beside requests", async () => {
  await api.context.database.inTenant(tenantId, async (tx) => {
    await sql`insert into duty (tenant_id, staff_id, tables)
      values (${tenantId}, ${personId}, null)`.execute(tx);
    await sql`insert into delivery (tenant_id, request_id, round, step, staff_id, channel, expires_at)
      values (${tenantId}, ${personId}, 1, 0, ${personId}, 'push', now())`.execute(tx);
  });
  await run("invite", "--slug", pizza.slug, "--id", personId);
  const { out } = await run("export", "--slug", pizza.slug, "--id", personId);
  expect(JSON.parse(out)).toMatchObject({
    duty: [{ since: expect.any(String) }],
    invitations: expect.arrayContaining([expect.objectContaining({ used_at: null })]),
    push_subscriptions: [],
    screens: [],
    deliveries: [{ channel: "push", state: "due" }],
  });
  expect(out).not.toContain("secret_hash");
});

describe("a person's data", () => {
  test("is exported without secrets, erased once, and never of the last owner", async () => {
    const exported = await run("export", "--slug", pizza.slug, "--id", personId);
    expect(exported.code).toBe(0);
    expect(exported.out).toContain("anna@example.com");
    expect(exported.out).not.toContain("no hash");

    expect((await run("erase", "--slug", pizza.slug, "--id", personId)).code).toBe(2);
    expect((await run("erase", "--slug", pizza.slug, "--id", personId, "--yes")).code).toBe(0);
    const after = await run("export", "--slug", pizza.slug, "--id", personId);
    expect(after.out).not.toMatch(/Anna|anna@/);
    expect(after.out).toContain("Former colleague");
    const [told] = await api.context.database.inTenant(tenantId, (tx) =>
      tx
        .selectFrom("event")
        .select("envelope")
        .where("tenant_id", "=", tenantId)
        .orderBy("seq", "desc")
        .limit(1)
        .execute(),
    );
    expect(JSON.parse(told?.envelope ?? "{}")).toMatchObject({
      type: "staff.updated",
      data: { staff: { id: personId, name: "Former colleague", active: false } },
    });
    expect((await run("erase", "--slug", pizza.slug, "--id", tenantId, "--yes")).code).toBe(1);

    const token = await loginAs(api, pizza);
    const { sub } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as {
      sub: string;
    };
    expect((await run("erase", "--slug", pizza.slug, "--id", sub, "--yes")).code).toBe(1);
    expect((await api.call(pizza.slug, "/api/board", { token })).status).toBe(200);
  });
});
