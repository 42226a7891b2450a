import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { sharedRedisUrl, waitFor } from "@waiter/testkit";
import type { Socket } from "socket.io-client";
import { loadGatewayConfig, toSettings } from "../config.ts";
import type { FakeTenant } from "../testing/fake-api.ts";
import { Harness, type TestGateway } from "../testing/harness.ts";

let harness: Harness;
let gateway: TestGateway;
let pizza: FakeTenant;

beforeAll(async () => {
  harness = await Harness.start(sharedRedisUrl());
  gateway = await harness.gateway({
    pingIntervalMs: 100,
    pingTimeoutMs: 5_000,
    quietPingIntervalMs: 400,
    quietPingTimeoutMs: 5_000,
  });
  pizza = harness.api.addTenant("pizza");
});
afterAll(() => harness[Symbol.asyncDispose]());

function countPings(client: Socket): { pings: number } {
  const count = { pings: 0 };
  client.io.on("ping", () => (count.pings += 1));
  return count;
}

test("a client that bears a long silence is pinged less often; all others are not", async () => {
  const guest = (auth?: object) =>
    harness.connect(gateway, "/guest", harness.guestToken(pizza), auth && { auth });
  const quiet = countPings(await guest({ silenceMs: 5_400 }));
  const others = await Promise.all(
    [undefined, { silenceMs: 5_399 }, { silenceMs: "9000" }, { silenceMs: -1 }].map(guest),
  );
  const counts = others.map(countPings);
  await waitFor(() => counts.every(({ pings }) => pings >= 16), 10_000);
  expect(quiet.pings).toBeGreaterThanOrEqual(3);
  expect(quiet.pings).toBeLessThanOrEqual(6);
});

test.each([
  ["47s", 25_000, 60_000, 47_000, 38_000],
  ["25s", 25_000, 60_000, 25_000, 60_000],
  ["10s", 10_000, 75_000, 10_000, 75_000],
])(
  "with SOCKET_PING_INTERVAL=%s a dead path is noticed within 85 s",
  (
    SOCKET_PING_INTERVAL,
    pingIntervalMs,
    pingTimeoutMs,
    quietPingIntervalMs,
    quietPingTimeoutMs,
  ) => {
    const env = { ...harness.environment("redis://localhost"), SOCKET_PING_INTERVAL };
    expect(toSettings(loadGatewayConfig(env))).toMatchObject({
      pingIntervalMs,
      pingTimeoutMs,
      quietPingIntervalMs,
      quietPingTimeoutMs,
    });
  },
);

test.each(["48s", "4s"])("SOCKET_PING_INTERVAL=%s is refused", (SOCKET_PING_INTERVAL) => {
  const env = { ...harness.environment("redis://localhost"), SOCKET_PING_INTERVAL };
  expect(() => loadGatewayConfig(env)).toThrow(/SOCKET_PING_INTERVAL/);
});
