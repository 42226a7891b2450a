import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ticketOf, Tickets } from "@waiter/auth";
import type { RefreshAnswer } from "@waiter/contracts";
import { Revocations } from "@waiter/live-state";
import { startRedis, type TestRedis } from "@waiter/testkit";
import type { FakeTenant } from "../testing/fake-api.ts";
import { collect, Harness, keys, next, type TestGateway } from "../testing/harness.ts";

let redis: TestRedis;
let harness: Harness;
let one: TestGateway;
let two: TestGateway;
let pizza: FakeTenant;
/** The gateways' own tickets. */
const tickets = new Tickets(["a-secret-of-tests-only"]);

beforeAll(async () => {
  redis = await startRedis();
  harness = await Harness.start(redis.url);
  [one, two] = await Promise.all([harness.gateway(), harness.gateway()]);
  pizza = harness.api.addTenant("pizza");
});
afterAll(async () => {
  await harness[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

/** The ticket that a gateway would issue for the bytes of a token, whatever its signature. */
const ticketFor = (token: string, by = tickets, audience: "staff" | "guest" = "guest"): string =>
  ticketOf(token, keys, by, audience) ?? "";
/** The same claims with the signature of another token. */
function forge(token: string): string {
  const [header, payload] = token.split(".");
  return [header, payload, harness.guestToken(pizza).split(".")[2]].join(".");
}
const refused = async (token: string, ticket: string, options = {}) =>
  (await harness.refused(two, "/guest", token, { auth: { ticket }, ...options })).code;

test.each(["/staff", "/guest"] as const)(
  "%s: a joined client gets a ticket, and no further one for presenting it",
  async (namespace) => {
    const token = namespace === "/staff" ? harness.staffToken(pizza) : harness.guestToken(pizza);
    const first = harness.dial(one, namespace, token);
    const { ticket } = await next<{ ticket: string }>(first, "ticket");
    const again = harness.dial(two, namespace, token, { auth: { ticket } });
    const heard = collect(again, "ticket");
    await next(again, "connect");
    await again.emitWithAck("sync", { since: 0 });
    expect(heard).toEqual([]);
  },
);

test("a valid ticket replaces the signature check", async () => {
  const forged = forge(harness.guestToken(pizza));
  expect(await refused(forged, "")).toBe("unauthorized");
  await harness.connect(two, "/guest", forged, { auth: { ticket: ticketFor(forged) } });
});

test("a ticket that is not valid means a full check and a new ticket", async () => {
  const token = harness.guestToken(pizza);
  const other = ticketFor(harness.guestToken(pizza));
  const foreign = ticketFor(token, new Tickets(["another-secret-of-tests"]));
  for (const ticket of [other, foreign, "", "x".repeat(5_000), 7, null]) {
    const client = harness.dial(two, "/guest", token, { auth: { ticket } });
    expect(await next(client, "ticket")).toEqual({ ticket: ticketFor(token) });
    expect(await refused(forge(token), String(ticket))).toBe("unauthorized");
  }
});

test("a ticket does not replace the check of expiry", async () => {
  const token = harness.guestToken(pizza, { lifetimeS: -60 });
  expect(await refused(token, ticketFor(token))).toBe("token_expired");
});

test("a ticket does not replace the check of the host's tenant", async () => {
  const sushi = harness.api.addTenant("sushi");
  const token = harness.guestToken(sushi);
  expect(await refused(token, ticketFor(token))).toBe("tenant_mismatch");
});

test("a ticket does not replace the check of the namespace", async () => {
  const token = harness.staffToken(pizza);
  for (const audience of ["staff", "guest"] as const)
    expect(await refused(token, ticketFor(token, tickets, audience))).toBe("unauthorized");
});

test("a ticket does not replace the check of revocations", async () => {
  const [sid, code] = [randomUUID(), randomUUID()];
  await new Revocations(harness.redis.client).add(pizza.id, [sid, code]);
  const third = await harness.gateway();
  for (const token of [harness.guestToken(pizza, { sid }), harness.guestToken(pizza, { code })]) {
    const { code: answer } = await harness.refused(third, "/guest", token, {
      auth: { ticket: ticketFor(token) },
    });
    expect(answer).toBe("unauthorized");
  }
});

test("a valid ticket replaces the signature check of a refresh, and means no further one", async () => {
  const session = { table: randomUUID(), sid: randomUUID() };
  const client = await harness.connect(one, "/guest", harness.guestToken(pizza, session));
  const forged = forge(harness.guestToken(pizza, { ...session, lifetimeS: 1_000 }));
  const refresh = async (token: string, ticket: string) =>
    (await client.emitWithAck("auth:refresh", { token, ticket })) as RefreshAnswer;
  const refusal = { ok: false, error: { code: "unauthorized" } };
  const own = ticketFor(forged);
  for (const ticket of [
    "",
    ticketFor(harness.guestToken(pizza)),
    ticketFor(forged, tickets, "staff"),
  ])
    expect(await refresh(forged, ticket)).toMatchObject(refusal);
  expect(await refresh(forged, own)).toEqual({ ok: true, expiresAt: expect.any(String) });
  const stranger = forge(harness.guestToken(pizza));
  expect(await refresh(stranger, ticketFor(stranger))).toMatchObject(refusal);
});

test("a refreshed token comes with its own ticket", async () => {
  const session = { table: randomUUID(), sid: randomUUID() };
  const client = await harness.connect(one, "/guest", harness.guestToken(pizza, session));
  const token = harness.guestToken(pizza, { ...session, lifetimeS: 1_000 });
  const answer = (await client.emitWithAck("auth:refresh", { token })) as RefreshAnswer;
  expect(answer).toMatchObject({ ok: true, ticket: ticketFor(token) });
});
