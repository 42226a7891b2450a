import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { sharedRedisUrl, waitFor } from "@waiter/testkit";
import type { FakeTenant } from "../testing/fake-api.ts";
import { Harness, next, type TestGateway } from "../testing/harness.ts";

let harness: Harness;
let gateway: TestGateway;
let pizza: FakeTenant;

beforeAll(async () => {
  harness = await Harness.start(sharedRedisUrl());
  pizza = harness.api.addTenant("pizza");
  gateway = await harness.gateway({ headsIntervalMs: 100 });
});
afterAll(async () => {
  await harness[Symbol.asyncDispose]();
});

test("a replaced table code ends the guests' sockets of its generation, and refuses new ones", async () => {
  const [old, current] = [randomUUID(), randomUUID()];
  const guest = await harness.connect(gateway, "/guest", harness.guestToken(pizza, { code: old }));
  const neighbour = await harness.connect(
    gateway,
    "/guest",
    harness.guestToken(pizza, { code: current }),
  );
  const ended = new Promise((resolve) => guest.once("disconnect", resolve));
  // As the api's answer to /internal/heads says it.
  pizza.revoked.push(old);
  const staff = await harness.connect(gateway, "/staff", harness.staffToken(pizza));
  await ended;
  expect([guest.connected, neighbour.connected, staff.connected]).toEqual([false, true, true]);
  await waitFor(() => gateway.gateway.revoked.isRevoked(pizza.id, old), 10_000, "the revocation");
  await expect(
    harness.connect(gateway, "/guest", harness.guestToken(pizza, { code: old })),
  ).rejects.toMatchObject({ data: { code: "unauthorized" } });
});

test("a guest whose code was replaced ends soon after joining, although Redis lost the revocation", async () => {
  const hourMs = 3_600_000;
  const idle = await harness.gateway({ headsIntervalMs: hourMs, headsComparisonMs: hourMs });
  const code = randomUUID();
  pizza.revoked.push(code);
  const guest = harness.dial(idle, "/guest", harness.guestToken(pizza, { code }));
  await next(guest, "disconnect");
});
