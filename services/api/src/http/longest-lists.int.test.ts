import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import { limits } from "@waiter/contracts";
import { openRestaurant } from "../testing/open-restaurant.ts";
import { internalToken, platformToken } from "../testing/start-test-api.ts";

const house = openRestaurant();

/** As many labels of 50 characters. */
const labels = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => String(index).padEnd(50, "ж"));
/** JSON in ASCII, as Python's `json.dumps` writes it. */
const ascii = (body: object): string =>
  JSON.stringify(body).replaceAll(
    /[\u0080-\uffff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

test.each([
  ["UTF-8", JSON.stringify],
  ["ASCII", ascii],
])("500 tables of the longest labels are made at once, in %s", async (name, encode) => {
  const sent = labels(500).map((label) => `${name[0] ?? ""}${label.slice(0, 49)}`);
  const made = await house.api.call(house.pizza.slug, "/api/tables", {
    method: "POST",
    token: house.owner,
    body: encode({ labels: sent }),
  });
  expect(made.status).toBe(201);
  expect((made.body["tables"] as { label: string }[]).map(({ label }) => label)).toEqual(sent);
});

test.each([
  ["UTF-8", JSON.stringify],
  ["ASCII", ascii],
])("a restaurant of 1,000 tables of the longest labels, in %s", async (name, encode) => {
  const made = await house.api.call(undefined, "/api/platform/tenants", {
    method: "POST",
    token: platformToken,
    body: encode({
      slug: `long-${name.toLowerCase()}`,
      name: "Trattoria",
      owner: { name: "Olga" },
      tables: labels(1_000),
    }),
  });
  expect(made.status).toBe(201);
  expect(made.body["tables"]).toHaveLength(1_000);
});

test("what 1,000 screens of a restaurant acknowledge at once is recorded", async () => {
  const tenant = (await house.api.context.tenants.find(house.pizza.slug))?.id;
  const screen = () => ({
    staff: randomUUID(),
    session: randomUUID(),
    seq: Number.MAX_SAFE_INTEGER,
    visible: false,
    audible: false,
    idleS: Number.MAX_VALUE,
  });
  const answer = await house.api.call(undefined, "/internal/seen", {
    method: "POST",
    headers: { authorization: `Internal ${internalToken}` },
    body: { tenant, seq: 1, screens: Array.from({ length: limits.seenScreens }, screen) },
  });
  expect([answer.status, answer.text]).toEqual([204, ""]);
});
