import { expect, test } from "@jest/globals";
import { needsOf, needsTable } from "./needs.ts";

const assume = {
  guestsPerTable: 3,
  tablesPerRestaurant: 25,
  staffScreensPerRestaurant: 5,
  minutesBetweenCalls: 20,
  eventsPerCall: 3,
  daysKept: 30,
  podMemoryGb: 2,
};
const costs = {
  bytesPerSocket: 8_800,
  deliveriesPerCore: 102_000,
  redisBytesPerEvent: 507,
  connection: { heartbeat: 43e-6, kernelBytes: 3_200 },
  call: {
    cpuSeconds: 0.0053,
    postgresSeconds: 0.0059,
    bytesPerEvent: 3_100,
    redisBytesPerRestaurant: 170_000,
  },
};

test("the memory of the pods holds the kernel's share of the sockets", () => {
  const { gatewayPods, gatewayGb, kernelGb } = needsOf(1_000_000, assume, costs);
  expect(gatewayPods * 0.65 * assume.podMemoryGb).toBeGreaterThanOrEqual(gatewayGb + kernelGb);
  expect((gatewayPods - 1) * 0.65 * assume.podMemoryGb).toBeLessThan(gatewayGb + kernelGb);
});

test("the table has a heading for each need", () => {
  const [head = "", , row = ""] = needsTable([needsOf(10_000, assume, costs)], assume).split("\n");
  expect(row.split("|")).toHaveLength(head.split("|").length);
});
