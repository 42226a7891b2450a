import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import type { ApiClient } from "../api/api-client.ts";
import { askChanges, askHeads, type TrueHead } from "./ask-heads.ts";
import type { ClockReading } from "./database-clock.ts";

test("a failed batch leaves the heads of the other batches", async () => {
  const ids = Array.from({ length: 2_500 }, () => randomUUID());
  let batch = 0;
  const call = ({ body }: { body?: unknown }) => {
    batch += 1;
    if (batch === 2) return Promise.reject(new Error("503"));
    const { tenants } = body as { tenants: string[] };
    return Promise.resolve({
      heads: tenants.map((tenant) => ({ tenant, epoch: tenant, seq: 1, revoked: [] })),
      now: "",
    });
  };
  const failures: number[] = [];
  const heads: TrueHead[] = [];
  const without = await askHeads(
    { call } as unknown as ApiClient,
    ids,
    (read) => heads.push(...read),
    (_error, tenants) => failures.push(tenants),
  );
  expect(without).toEqual({ unanswered: ids.slice(1_000, 2_000), unknown: [] });
  expect(heads.map(({ tenant }) => tenant)).toEqual([...ids.slice(0, 1_000), ...ids.slice(2_000)]);
  expect(failures).toEqual([1_000]);
});

const head = (tenant: string): TrueHead => ({ tenant, epoch: tenant, seq: 1, revoked: [] });

test("a tenant without a head is unknown, unless the whole batch is", async () => {
  const ask = async (known: readonly string[]) => {
    const heads = known.map((tenant) => head(tenant));
    const api = { call: () => Promise.resolve({ heads, now: "" }) } as unknown as ApiClient;
    const take = () => undefined;
    return (await askHeads(api, ["a", "b"], take, take)).unknown;
  };
  expect([await ask(["a"]), await ask(["a", "b"]), await ask([])]).toEqual([["b"], [], []]);
});

test("changes come page by page, and the next question begins at the first page's position", async () => {
  const answers: Record<string, object> = {
    "5": { heads: [head("a")], next: "9", more: "7p", databaseNow: 7 },
    "7p": { heads: [head("b")], next: "12" },
  };
  const call = ({ body }: { body?: unknown }) =>
    Promise.resolve({ now: "", ...answers[(body as { since: string }).since] });
  const got: string[] = [];
  const take = (heads: readonly TrueHead[]) => got.push(...heads.map(({ tenant }) => tenant));
  const api = { call } as unknown as ApiClient;
  const clocks: ClockReading[] = [];
  const onClock = (reading: ClockReading) => clocks.push(reading);
  expect(await askChanges(api, "5", take, onClock)).toEqual({ next: "9", isVoid: false });
  expect(got).toEqual(["a", "b"]);
  expect(clocks).toMatchObject([{ databaseNow: 7 }]);
});

test("an api of 0.2 tells no changes, and a void position tells none", async () => {
  const answering = (answer: object) =>
    ({ call: () => Promise.resolve({ heads: [], now: "", ...answer }) }) as unknown as ApiClient;
  const take = () => undefined;
  expect(await askChanges(answering({}), "5", take, take)).toBeUndefined();
  expect(await askChanges(answering({ next: "9", void: true }), "5", take, take)).toEqual({
    next: "9",
    isVoid: true,
  });
});

test("an answered batch is taken in several turns of the event loop", async () => {
  const ids = Array.from({ length: 1_000 }, () => randomUUID());
  const call = () => Promise.resolve({ heads: ids.map(head), now: "" });
  const taken: number[] = [];
  let inThisTurn = 0;
  const take = (heads: readonly TrueHead[]) => {
    if (inThisTurn === 0) setImmediate(() => (inThisTurn = 0));
    taken.push(heads.length);
    expect((inThisTurn += 1)).toBeLessThanOrEqual(2);
  };
  await askHeads({ call } as unknown as ApiClient, ids, take, (error) => {
    throw error;
  });
  expect(taken).toEqual([250, 250, 250, 250]);
});
