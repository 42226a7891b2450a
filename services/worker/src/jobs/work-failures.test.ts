import { expect, test } from "@jest/globals";
import { LeaseLostError, UnavailableError } from "@waiter/database";
import { silentLogger } from "@waiter/logger";
import { createMetrics } from "@waiter/metrics";
import { noteRoundFailure, noteTenantFailure } from "./work-failures.ts";

const sqlError = (code: string) => Object.assign(new Error("no"), { severity: "ERROR", code });
const refused = Object.assign(new Error("no"), { code: "ECONNREFUSED" });

test.each([
  ["a bug", new TypeError("no"), 1],
  ["a wrong statement", sqlError("42703"), 1],
  ["a statement that took too long", sqlError("57014"), 1],
  ["a lock that was not released in time", new UnavailableError(sqlError("55P03")), 1],
  ["a server that refuses the connection", refused, 0],
  ["a server that starts", sqlError("57P03"), 0],
  ["a database that is away", new UnavailableError(refused), 0],
])("%s counts as a job's failure, %s: %d", async (_what, err, count) => {
  const metrics = createMetrics({ defaults: false });
  noteRoundFailure({ metrics }, "purge old rows", err);
  const { values } = await metrics.workFailures.get();
  expect(values.map(({ labels, value }) => [labels["work"], value])).toEqual(
    count === 0 ? [] : [["purge old rows", count]],
  );
});

test.each([new LeaseLostError("purge old rows"), new UnavailableError(refused)])(
  "%s ends the round and is no failure of a tenant",
  async (err) => {
    const metrics = createMetrics({ defaults: false });
    const failure = { tenant: "t", work: "delete old events", lease: { name: "purge old rows" } };
    expect(() => noteTenantFailure({ logger: silentLogger, metrics }, failure, err)).toThrow(err);
    expect((await metrics.workFailures.get()).values).toEqual([]);
  },
);
