import { expect, test } from "@jest/globals";
import type { Revocation } from "@waiter/live-state";
import { RevokedSessions } from "./revoked-sessions.ts";

function setUp({ subscribed = true } = {}) {
  const steps: string[] = [];
  const revoked: string[] = [];
  const stored: Revocation[] = [];
  const redis: { line: number | undefined } = { line: 0 };
  const sessions = new RevokedSessions({
    line: () => redis.line,
    subscribe: async () => {
      steps.push("subscribe");
      await Promise.resolve();
      steps.push("confirmed");
      return subscribed;
    },
    unsubscribe: () => steps.push("unsubscribe"),
    read: async () => {
      steps.push("read");
      return stored;
    },
    ask: async () => void steps.push("ask"),
    onRevoked: (_tenant, id) => revoked.push(id),
  });
  return { steps, revoked, stored, redis, sessions };
}

test("revocations are read after the confirmed subscription, once per tenant", async () => {
  const { steps, stored, sessions } = setUp();
  stored.push({ id: "a", untilMs: Date.now() + 1_000 });
  await Promise.all([sessions.load("t"), sessions.load("t")]);
  expect(steps).toEqual(["subscribe", "confirmed", "read", "ask"]);
  expect(sessions.isRevoked("t", "a")).toBe(true);
});

test("without a confirmation each join asks the api", async () => {
  const { steps, sessions } = setUp({ subscribed: false });
  await sessions.load("t");
  await sessions.load("t");
  expect(steps).toEqual(["subscribe", "confirmed", "ask", "subscribe", "confirmed", "ask"]);
});

test("after an interruption of the subscriptions a join reads once more", async () => {
  const { steps, stored, redis, sessions } = setUp();
  await sessions.load("t");
  expect(sessions.load("t")).toBeUndefined();
  redis.line = 1;
  stored.push({ id: "a", untilMs: Date.now() + 1_000 });
  await sessions.load("t");
  expect(sessions.isRevoked("t", "a")).toBe(true);
  redis.line = 2;
  await sessions.reloadAll();
  expect(sessions.load("t")).toBeUndefined();
  const once = ["subscribe", "confirmed", "read", "ask"];
  expect(steps).toEqual([...once, ...once, "read"]);
});

test("of the sets that are read again after an outage 200 are under way at most", async () => {
  let [running, most, read] = [0, 0, 0];
  const sessions = new RevokedSessions({
    line: () => 0,
    subscribe: () => Promise.resolve(true),
    unsubscribe: () => undefined,
    read: async () => {
      most = Math.max(most, (running += 1));
      await new Promise(setImmediate);
      running -= 1;
      read += 1;
      return [];
    },
    ask: () => Promise.resolve(),
    onRevoked: () => undefined,
  });
  for (let tenant = 0; tenant < 500; tenant += 1) await sessions.load(`t${tenant}`);
  [most, read] = [0, 0];
  await sessions.reloadAll();
  expect([most, read]).toEqual([200, 500]);
});

test("a reading that an interruption overtakes does not count for the next join", async () => {
  const { steps, redis, sessions } = setUp();
  const loading = sessions.load("t");
  redis.line = 1;
  await loading;
  await sessions.load("t");
  expect(steps.filter((step) => step === "read")).toHaveLength(2);
});

test("while Redis is away each join asks the api, also of a tenant that was read", async () => {
  const { steps, redis, sessions } = setUp();
  await sessions.load("t");
  redis.line = undefined;
  await sessions.load("t");
  await sessions.load("t");
  expect(steps.slice(4)).toEqual([
    "subscribe",
    "confirmed",
    "ask",
    "subscribe",
    "confirmed",
    "ask",
  ]);
});

test("an id is kept as long as its tokens, and only for tenants with sockets", async () => {
  const { steps, revoked, sessions } = setUp();
  sessions.add("t", ["early"], 60_000);
  expect(sessions.isRevoked("t", "early")).toBe(false);
  await sessions.load("t", 0);
  sessions.add("t", ["a", "b"], 60_000, 0);
  // The true heads do not say of which kind it is.
  sessions.add("t", ["b"], 120_000, 30_000);
  expect(revoked).toEqual(["a", "b"]);
  await sessions.prune(() => true, 59_000);
  expect(sessions.isRevoked("t", "a")).toBe(true);
  await sessions.prune(() => true, 60_000);
  expect([sessions.isRevoked("t", "a"), sessions.isRevoked("t", "b")]).toEqual([false, false]);
  await sessions.prune(() => false, 120_000);
  expect([sessions.size, steps.at(-1)]).toEqual([0, "unsubscribe"]);
});
