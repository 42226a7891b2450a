import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import type { Refusal } from "@waiter/outbound";
import { ParkedRows } from "./parked-rows.ts";

const push = (host: string) => ({ target: "push" as const, url: `https://${host}/device` });
const open: Refusal = { reason: "circuit_open", retryInMs: 1_000 };

function park() {
  const refusals = new Map<string, Refusal>();
  const rows = new ParkedRows({ refusal: (_target, url) => refusals.get(new URL(url).host) });
  return { refusals, rows };
}

test("a parked row stays away while each of its hosts refuses calls", () => {
  const { refusals, rows } = park();
  refusals.set("a.example", open).set("b.example", { ...open, retryInMs: 5_000 });
  const pause = rows.park("1", [push("a.example"), push("b.example")], 30_000);
  expect(pause).toBeGreaterThanOrEqual(1_000);
  expect(pause).toBeLessThanOrEqual(1_500);
  expect(rows.pauseOf("1")).toBeGreaterThanOrEqual(1_000);
  refusals.delete("b.example");
  expect(rows.pauseOf("1")).toBeUndefined();
});

test("a row asks again when its step ends before its host lets calls through", () => {
  const { refusals, rows } = park();
  refusals.set("a.example", open);
  rows.park("1", [push("a.example")], 2_000);
  refusals.set("a.example", { ...open, retryInMs: 10_000 });
  expect(rows.pauseOf("1")).toBeUndefined();
  expect(rows.pauseOf("not parked")).toBeUndefined();
});

test("many rows of a dead host come back apart, and do not delay another host's", () => {
  const { refusals, rows } = park();
  refusals.set("a.example", open).set("b.example", open);
  const all = Array.from({ length: 2_000 }, (_, index) => String(index));
  for (const id of all) rows.park(id, [push("a.example")], 300_000);
  const pauses = all.map((id) => rows.pauseOf(id) ?? 0);
  const within = pauses.filter((pause) => pause < 11_000).length;
  expect(within).toBeLessThan(500);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(81_000);
  expect(rows.park("other", [push("b.example")], 300_000)).toBeLessThanOrEqual(1_500);
});

test("rows that another worker took over count no longer than their step lasts", async () => {
  const { refusals, rows } = park();
  refusals.set("a.example", open);
  const all = Array.from({ length: 2_000 }, (_, index) => String(index));
  for (const id of all) rows.park(id, [push("a.example")], 20);
  await sleep(200);
  const pauses = all.slice(0, 5).map((id) => rows.park(`late ${id}`, [push("a.example")], 300_000));
  expect(Math.max(...pauses)).toBeLessThanOrEqual(1_500);
});
