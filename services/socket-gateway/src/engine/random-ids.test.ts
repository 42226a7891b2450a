import { expect, test } from "@jest/globals";
import { RandomIds } from "./random-ids.ts";

test("ids have 20 characters of base64url and never repeat, over several fills", () => {
  const ids = new RandomIds();
  const made = Array.from({ length: 1_000 }, () => ids.next());
  expect(new Set(made).size).toBe(made.length);
  for (const id of made) expect(id).toMatch(/^[\w-]{20}$/);
});

test("no byte serves two ids: each holds 15 of its own", () => {
  const ids = new RandomIds();
  const parts = Array.from({ length: 512 }, () => Buffer.from(ids.next(), "base64url"));
  const pairs = new Set(parts.flatMap((id) => [id.toString("hex", 0, 7), id.toString("hex", 8)]));
  expect(pairs.size).toBe(2 * parts.length);
});
