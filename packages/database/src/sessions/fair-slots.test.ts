import { expect, test } from "@jest/globals";
import { FairSlots } from "./fair-slots.ts";

const timeoutMs = 60_000;
/** Asks for a slot and notes the owner when it is granted. */
const ask = (slots: FairSlots, owner: string, granted: string[]) =>
  slots.acquire(owner, timeoutMs).then((release) => {
    granted.push(owner);
    return release;
  });
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("one tenant may hold every slot while no other waits", async () => {
  const slots = new FairSlots({ total: 10, share: 3 });
  const granted: string[] = [];
  await Promise.all(Array.from({ length: 10 }, () => ask(slots, "busy", granted)));
  expect(granted).toHaveLength(10);
});

test("a freed slot goes to a tenant below its share before one above it", async () => {
  const slots = new FairSlots({ total: 3, share: 1 });
  const granted: string[] = [];
  const [first, second, third] = await Promise.all(
    ["busy", "busy", "busy"].map((owner) => ask(slots, owner, granted)),
  );
  const waiting = ["busy", "quiet", "busy", "calm"].map((owner) => ask(slots, owner, granted));
  expect(slots.waiting).toBe(4);
  for (const release of [first, second, third]) release?.();
  await settled();
  expect(granted.slice(3)).toEqual(["quiet", "calm", "busy"]);
  (await waiting[1])?.();
  await settled();
  expect(granted.slice(6)).toEqual(["busy"]);
  for (const each of waiting.slice(2)) (await each)();
});

test("a slot released twice is free once", async () => {
  const slots = new FairSlots({ total: 1, share: 1 });
  const release = await slots.acquire("a", timeoutMs);
  release();
  release();
  const granted: string[] = [];
  const waiting = ["b", "c"].map((owner) => ask(slots, owner, granted));
  await settled();
  expect(granted).toEqual(["b"]);
  for (const each of waiting) (await each)();
});

test("a caller that waits too long is refused and takes no slot later", async () => {
  const slots = new FairSlots({ total: 1, share: 1 });
  const release = await slots.acquire("a", timeoutMs);
  await expect(slots.acquire("b", 1)).rejects.toThrow("timeout expired");
  release();
  await slots.acquire("c", timeoutMs);
  expect(slots.waiting).toBe(0);
});
