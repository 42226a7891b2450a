import { EventEmitter } from "node:events";
import { expect, test } from "@jest/globals";
import { defaultSettings } from "../settings.ts";
import { budgetConnections } from "./budget-connections.ts";
import { ConnectionBudget } from "./connection-budget.ts";
import type { LeanEngine } from "./lean-engine.ts";

test("a connection pays for queued answers, not for queued broadcasts", () => {
  const limits = { ...defaultSettings.budget, answerByteRate: { burst: 1_000, perSecond: 0 } };
  const budget = new ConnectionBudget(limits);
  const connection = { transport: { name: "websocket", socket: { budget } } };
  const engine = new EventEmitter();
  budgetConnections(engine as unknown as LeanEngine, limits, () => undefined);
  engine.emit("connection", connection);
  const data = "x".repeat(5_000);
  engine.emit("flush", connection, [{ data, options: { wsPreEncodedFrame: [Buffer.from(data)] } }]);
  expect(budget.isOverRate).toBe(false);
  engine.emit("flush", connection, [{ data }]);
  expect(budget.isOverRate).toBe(true);
});
