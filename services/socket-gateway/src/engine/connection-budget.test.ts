import { expect, jest, test } from "@jest/globals";
import { ConnectionBudget } from "./connection-budget.ts";

const limits = {
  handshakeMessages: 2,
  handshakeMessageBytes: 100,
  maxMessageBytes: 1_000,
  messageRate: { burst: 5, perSecond: 1 },
  receivedByteRate: { burst: 2_000, perSecond: 100 },
  answerByteRate: { burst: 500, perSecond: 100 },
};

test("outside of all namespaces only a few small messages are allowed", () => {
  const budget = new ConnectionBudget(limits, 0);
  expect(budget.messageBytes).toBe(100);
  expect([1, 2, 3].map(() => budget.takeMessage(0))).toEqual([true, true, false]);
  budget.join();
  expect(budget.messageBytes).toBe(1_000);
  expect(budget.takeMessage(0)).toBe(true);
  budget.leave();
  expect(budget.messageBytes).toBe(100);
  expect([1, 2, 3].map(() => budget.takeMessage(0))).toEqual([true, true, false]);
});

test("a joined connection above the rate is refused first and ends far above it", () => {
  const budget = new ConnectionBudget(limits, 0);
  budget.join();
  for (let count = 0; count < 5; count += 1) expect(budget.takeMessage(0)).toBe(true);
  expect(budget.isOverRate).toBe(false);
  for (let count = 0; count < 50; count += 1) expect(budget.takeMessage(0)).toBe(true);
  expect(budget.isOverRate).toBe(true);
  expect(budget.takeMessage(0)).toBe(false);
});

test("bytes of both directions count", () => {
  const budget = new ConnectionBudget(limits, 0);
  expect([1_000, 1_000, 1].map((bytes) => budget.takeBytes(bytes, 0))).toEqual([true, true, false]);
  expect(budget.isOverRate).toBe(false);
  budget.chargeAnswer(501, 0);
  expect(budget.isOverRate).toBe(true);
});

test("each rate refills with time, up to its burst", () => {
  const budget = new ConnectionBudget(limits, 0);
  budget.join();
  for (let count = 0; count < 6; count += 1) budget.takeMessage(0);
  budget.takeBytes(2_000, 0);
  expect(budget.isOverRate).toBe(true);
  // In steps shorter than one message takes.
  for (let now = 0; now <= 1_000; now += 100) budget.chargeAnswer(0, now);
  expect(budget.isOverRate).toBe(false);
  expect(budget.takeBytes(100, 1_000)).toBe(true);
  expect(budget.takeBytes(1, 1_000)).toBe(false);
});

test("rates refill while the clock of the machine is set back", async () => {
  const budget = new ConnectionBudget({ ...limits, messageRate: { burst: 5, perSecond: 100 } });
  budget.join();
  const { now } = Date;
  const clock = jest.spyOn(Date, "now").mockImplementation(() => now() - 7_200_000);
  try {
    for (let count = 0; count < 50; count += 1) budget.takeMessage();
    await new Promise((resolve) => setTimeout(resolve, 600));
    budget.chargeAnswer(0);
  } finally {
    clock.mockRestore();
  }
  expect(budget.isOverRate).toBe(false);
});
