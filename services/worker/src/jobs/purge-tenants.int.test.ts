import { expect, test } from "@jest/globals";
import { silentLogger } from "@waiter/logger";
import { setStage } from "../testing/worker-stage.ts";
import { purgeTenants } from "./purge-tenants.ts";

test("rows are deleted in pages, a failing tenant is skipped, the signal ends the round", async () => {
  await using stage = await setStage();
  await using other = await setStage({ databaseUrls: stage.urls });
  const context = { database: stage.database, logger: silentLogger };
  const left = new Map([[stage.tenantId, 12_000]]);
  const pages: number[] = [];
  const purge = (tx: { tenantId: string }, { atMost }: { atMost: number }): Promise<number> => {
    if (tx.tenantId === other.tenantId) return Promise.reject(new Error("no"));
    const count = Math.min(left.get(tx.tenantId) ?? 0, atMost);
    left.set(tx.tenantId, (left.get(tx.tenantId) ?? 0) - count);
    pages.push(count);
    return Promise.resolve(count);
  };
  expect(
    await purgeTenants(context, { what: "rows", purge, signal: new AbortController().signal }),
  ).toBe(12_000);
  expect(pages).toEqual([5_000, 5_000, 2_000]);

  left.set(stage.tenantId, 12_000);
  const stop = new AbortController();
  const purgeOnce: typeof purge = (tx, page) => {
    stop.abort();
    return purge(tx, page);
  };
  expect(
    await purgeTenants(context, { what: "rows", purge: purgeOnce, signal: stop.signal }),
  ).toBeLessThanOrEqual(5_000);
}, 60_000);
