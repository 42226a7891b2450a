import { expect, test } from "@jest/globals";
import { gatewayGoneMs, goneGateways, sumGatewayCounts } from "./gateway-counts.ts";

const now = 1_000_000;
const counts = (at: number, staff: number) =>
  JSON.stringify({
    at,
    clients: staff + 1,
    sockets: staff + 1,
    rooms: 2,
    namespaces: { "/staff": staff, "/guest": 1 },
  });

test("the sum skips expired gateways and fields that do not parse", () => {
  const fields = {
    a: counts(now, 3),
    b: counts(now - gatewayGoneMs, 5),
    gone: counts(now - gatewayGoneMs - 1, 100),
    odd: "{",
    foreign: "{}",
  };
  expect(sumGatewayCounts(fields, now)).toEqual({
    gateways: 2,
    clients: 10,
    sockets: 10,
    rooms: 4,
    namespaces: { "/staff": 8, "/guest": 2 },
  });
  expect(goneGateways(fields, now)).toEqual(["gone", "odd", "foreign"]);
  expect(sumGatewayCounts({}, now)).toEqual({
    gateways: 0,
    clients: 0,
    sockets: 0,
    rooms: 0,
    namespaces: {},
  });
});
