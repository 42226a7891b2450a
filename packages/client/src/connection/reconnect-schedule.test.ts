import { expect, test } from "@jest/globals";
import { defaultTiming } from "../shared/timing.ts";
import { ReconnectSchedule } from "./reconnect-schedule.ts";

test("connections that are lost at once back off until one settles", () => {
  const schedule = new ReconnectSchedule(defaultTiming, () => 1);
  const delays = Array.from({ length: 7 }, () => schedule.afterLoss(false));
  expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  schedule.settle();
  expect(schedule.afterLoss(true)).toBe(defaultTiming.lossSpreadMs);
  expect(schedule.afterLoss(false)).toBe(1_000);
});

test("failed handshakes and short connections share one back-off", () => {
  const schedule = new ReconnectSchedule(defaultTiming, () => 1);
  schedule.fail();
  schedule.fail();
  expect(schedule.afterLoss(false)).toBe(4_000);
  expect(schedule.failures).toBe(3);
});
