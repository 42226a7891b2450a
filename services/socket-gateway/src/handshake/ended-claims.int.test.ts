import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { sharedRedisUrl, waitFor } from "@waiter/testkit";
import type { Socket } from "socket.io-client";
import { Harness, type TestGateway } from "../testing/harness.ts";

let harness: Harness;
let gateway: TestGateway;

beforeAll(async () => {
  harness = await Harness.start(sharedRedisUrl());
  gateway = await harness.gateway();
});
afterAll(async () => {
  await harness[Symbol.asyncDispose]();
});

const endOf = (client: Socket): Promise<string> =>
  new Promise((resolve) => client.once("disconnect", resolve));
/** As an api announces it. */
const announce = (tenantId: string, sid: string) =>
  harness.emitter.of("/staff").serverSideEmit("waiter:session-revoked", { tenantId, sid });

test("a former role's sockets end, and their tokens are refused as expired", async () => {
  const pizza = harness.api.addTenant(`role-${randomUUID().slice(0, 8)}`);
  const host = `${pizza.slug}.waiter.test`;
  const [former, current, sub, sid] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const token = harness.staffToken(pizza, { sub, sid, rid: former });
  const demoted = await harness.connect(gateway, "/staff", token, { host });
  const colleague = await harness.connect(gateway, "/staff", harness.staffToken(pizza), { host });
  const ended = endOf(demoted);
  await announce(pizza.id, former);
  // A closed transport, after which a client reconnects; a disconnect would keep it away.
  expect(await ended).toBe("transport close");
  expect(colleague.connected).toBe(true);
  expect(await harness.refused(gateway, "/staff", token, { host })).toMatchObject({
    code: "token_expired",
  });
  const next = harness.staffToken(pizza, { sub, sid, rid: current });
  const back = await harness.connect(gateway, "/staff", next, { host });
  expect(back.connected).toBe(true);
});

test("a token that is refreshed on the socket brings the new role", async () => {
  const pizza = harness.api.addTenant(`role-${randomUUID().slice(0, 8)}`);
  const host = `${pizza.slug}.waiter.test`;
  const [former, current, sub, sid] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const first = harness.staffToken(pizza, { sub, sid, rid: former });
  const client = await harness.connect(gateway, "/staff", first, { host });
  const refreshed: unknown = await client.emitWithAck("auth:refresh", {
    token: harness.staffToken(pizza, { sub, sid, rid: current }),
  });
  expect(refreshed).toMatchObject({ ok: true });
  await announce(pizza.id, former);
  await waitFor(() => gateway.gateway.revoked.isRevoked(pizza.id, former), 10_000, "the end");
  expect(await client.emitWithAck("sync", { since: 0 })).toMatchObject({ status: "ok" });
});

test("a suspended tenant's sockets end, no new one joins until it is resumed", async () => {
  const pizza = harness.api.addTenant(`susp-${randomUUID().slice(0, 8)}`);
  const host = `${pizza.slug}.waiter.test`;
  const staffToken = harness.staffToken(pizza);
  const staff = await harness.connect(gateway, "/staff", staffToken, { host });
  const guest = await harness.connect(gateway, "/guest", harness.guestToken(pizza), { host });
  const ended = Promise.all([endOf(staff), endOf(guest)]);
  pizza.suspended = true;
  await announce(pizza.id, pizza.id);
  await ended;
  expect(await harness.refused(gateway, "/staff", staffToken, { host })).toMatchObject({
    code: "tenant_suspended",
  });
  pizza.suspended = false;
  await waitFor(
    () =>
      harness.connect(gateway, "/staff", staffToken, { host }).then(
        () => true,
        () => undefined,
      ),
    15_000,
    "a tenant that was resumed",
  );
});

test("a gateway that missed the announcement ends them with the next true heads", async () => {
  const pizza = harness.api.addTenant(`susp-${randomUUID().slice(0, 8)}`);
  const host = `${pizza.slug}.waiter.test`;
  const asking = await harness.gateway({ headsIntervalMs: 100 });
  const staff = await harness.connect(asking, "/staff", harness.staffToken(pizza), { host });
  const ended = endOf(staff);
  pizza.suspended = true;
  pizza.revoked.push(pizza.id);
  await ended;
});

test("a gateway that missed the announcement of a deletion ends the sockets with its comparison", async () => {
  const pizza = harness.api.addTenant(`gone-${randomUUID().slice(0, 8)}`);
  const host = `${pizza.slug}.waiter.test`;
  const comparing = await harness.gateway({ headsComparisonMs: 100 });
  const other = harness.api.addTenant(`kept-${randomUUID().slice(0, 8)}`);
  const neighbour = await harness.connect(comparing, "/staff", harness.staffToken(other), {
    host: `${other.slug}.waiter.test`,
  });
  const staffToken = harness.staffToken(pizza);
  const staff = await harness.connect(comparing, "/staff", staffToken, { host });
  const guest = await harness.connect(comparing, "/guest", harness.guestToken(pizza), { host });
  const ended = Promise.all([endOf(staff), endOf(guest)]);
  harness.api.tenants.delete(pizza.id);
  await ended;
  expect(await harness.refused(comparing, "/staff", staffToken, { host })).toMatchObject({
    code: "tenant_unknown",
  });
  expect(neighbour.connected).toBe(true);
});
