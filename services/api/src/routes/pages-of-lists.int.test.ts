import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import { sql } from "kysely";
import { openRestaurant } from "../testing/open-restaurant.ts";

const house = openRestaurant();
const get = (path: string) => house.api.call(house.pizza.slug, path, { token: house.owner });

/** The members of a list by its pages, and how many each page has. */
async function walk(name: string, path: string, key: "id" | "key") {
  const members: string[] = [];
  const sizes: number[] = [];
  for (let cursor = ""; sizes.length < 10;) {
    const { body } = await get(`${path}${cursor}`);
    const page = body[name] as Record<string, string>[];
    members.push(...page.map((one) => one[key] ?? ""));
    sizes.push(page.length);
    const next = body["nextCursor"];
    if (typeof next !== "string") break;
    cursor = `&cursor=${encodeURIComponent(next)}`;
  }
  return { members, sizes };
}

async function retire(statement: (tenantId: string) => ReturnType<typeof sql>): Promise<void> {
  const { tenants, database } = house.api.context;
  const tenantId = (await tenants.find(house.pizza.slug))?.id ?? "";
  await database.inTenant(tenantId, (tx) => statement(tenantId).execute(tx));
}

test("retired people and request types come in pages of 1,000", async () => {
  await retire(
    (id) => sql`insert into staff (tenant_id, name, role, active)
      select ${id}, 'Mia ' || n % 7, 'waiter', false from generate_series(1, 2100) n`,
  );
  await retire(
    (id) => sql`insert into request_type (tenant_id, key, label, icon, retired_at)
      select ${id}, 'old-' || n, 'Old', 'x', now() from generate_series(1, 2100) n`,
  );
  for (const [name, path, key] of [
    ["staff", "/api/staff", "id"],
    ["requestTypes", "/api/request-types", "key"],
  ] as const) {
    const active = await walk(name, `${path}?retired=false`, key);
    const { members, sizes } = await walk(name, `${path}?retired=true`, key);
    expect(sizes.slice(0, 2)).toEqual([1_000, 1_000]);
    expect(new Set(members).size).toBe(2_100 + active.members.length);
    expect(members).toHaveLength(2_100 + active.members.length);
    expect(active.sizes).toHaveLength(1);
    const small = await walk(name, `${path}?retired=false&limit=1`, key);
    expect(small.members.toSorted()).toEqual(active.members.toSorted());
    expect(small.sizes.every((size) => size === 1)).toBe(true);
  }
});

test.each([`/api/staff?cursor=${randomUUID()}`, "/api/request-types?cursor=no-such-key"])(
  "a cursor of no member is refused: %s",
  async (path) => {
    expect((await get(path)).body).toMatchObject({ code: "not_found" });
  },
);
