import { expect, test } from "@jest/globals";
import { forgetLeftTables } from "./forget-left-tables.ts";

const hour = 3_600_000;
const now = 1_000 * hour;

/** A storage in which the page of each table last had news so many hours ago. */
function storageOf(tables: Readonly<Record<string, number>>) {
  const items = new Map<string, string>([["waiter:email", "anna@example.com"]]);
  for (const [table, hoursAgo] of Object.entries(tables)) {
    const known = JSON.stringify({ at: now - hoursAgo * hour });
    for (const kind of ["table", "guest", "calls", "withdrawn", "asks"])
      items.set(`waiter:${kind}:${table}`, kind === "table" ? known : "[]");
  }
  const storage = {
    get length() {
      return items.size;
    },
    key: (index: number) => [...items.keys()][index] ?? null,
    getItem: (name: string) => items.get(name) ?? null,
    removeItem: (name: string) => void items.delete(name),
  };
  return { storage, names: () => [...items.keys()].sort(), items };
}

test("a left table keeps its token for four hours and its look for twelve", () => {
  const { storage, names } = storageOf({ here: 20, hour3: 3.9, hour5: 4.1, day: 12.1, later: -1 });
  forgetLeftTables(storage, "here", now);
  expect(names()).toEqual(
    [
      "waiter:email",
      "waiter:table:hour5",
      ...["here", "hour3", "later"].flatMap((table) =>
        ["table", "guest", "calls", "withdrawn", "asks"].map((kind) => `waiter:${kind}:${table}`),
      ),
    ].sort(),
  );
});

test("a token of a table that nothing is known of is forgotten", () => {
  const { storage, names, items } = storageOf({});
  items.set("waiter:guest:lost", "a.b.c");
  items.set("waiter:table:broken", "{");
  forgetLeftTables(storage, "here", now);
  expect(names()).toEqual(["waiter:email"]);
});
