import { expect, test } from "@jest/globals";
import type { Revocation } from "@waiter/live-state";
import { RevokedSessions } from "./revoked-sessions.ts";

function setUp({ subscribed = true } = {}) {
  const steps: string[] = [];
  const revoked: string[] = [];
  const stored: Revocation[] = [];
  const sessions = new RevokedSessions({
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
  return { steps, revoked, stored, sessions };
}

test("revocations are read after the confirmed subscription, once per tenant", async () => {
  const { steps, stored, sessions } = setUp();
  stored.push({ id: "a", untilMs: Date.now() + 1_000 });
  await Promise.all([sessions.load("t"), sessions.load("t")]);
  expect(steps).toEqual(["subscribe", "confirmed", "read"]);
  expect(sessions.isRevoked("t", "a")).toBe(true);
});

test("without a confirmation each join asks the api", async () => {
  const { steps, sessions } = setUp({ subscribed: false });
  await sessions.load("t");
  await sessions.load("t");
  expect(steps).toEqual(["subscribe", "confirmed", "ask", "subscribe", "confirmed", "ask"]);
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
