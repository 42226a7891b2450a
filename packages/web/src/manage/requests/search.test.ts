import { expect, test } from "@jest/globals";
import { emptySearch, queryOf } from "./search.ts";

test("a day is searched from its first moment to its last one", () => {
  const query = new URLSearchParams(
    queryOf({ ...emptySearch, from: "2026-11-26", to: "2026-11-26" }),
  );
  const [from, to] = [query.get("from") ?? "", query.get("to") ?? ""].map((at) => Date.parse(at));
  expect((to ?? 0) - (from ?? 0)).toBe(24 * 60 * 60_000);
});

test.each(["20266-11-26", "275760-12-31", "0000-00-00"])(
  "%s, which is no day, is left out",
  (day) => {
    expect(queryOf({ ...emptySearch, from: day, to: day, state: "new" })).toBe(
      "limit=25&state=new",
    );
  },
);
