import { expect, test } from "@jest/globals";
import type { Database } from "@waiter/database";
import { OutboxCleaner } from "./outbox-cleaner.ts";

test("a slow Postgres leaves one bounded batch, and a drain waits for it", async () => {
  const transactions: (() => void)[] = [];
  const inTenant = () => new Promise<void>((resolve) => transactions.push(resolve));
  const cleaner = new OutboxCleaner({
    database: { inTenant } as unknown as Pick<Database, "inTenant">,
    maxPending: 3,
  });
  const add = (seq: number): void => cleaner.add({ tenantId: `tenant ${seq}`, epoch: "e", seq });

  add(0);
  const drained = cleaner.drain();
  for (let seq = 1; seq <= 100; seq += 1) add(seq);
  let finished = 0;
  while (transactions.length > 0) {
    transactions.shift()?.();
    finished += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await drained;
  expect(finished).toBe(4);

  add(101);
  void cleaner.drain();
  expect(transactions).toHaveLength(1);
});

test("a drain without rows leaves the cleaner usable", async () => {
  const deleted: string[] = [];
  const inTenant = (tenantId: string) => Promise.resolve(void deleted.push(tenantId));
  const cleaner = new OutboxCleaner({
    database: { inTenant } as unknown as Pick<Database, "inTenant">,
  });
  await cleaner.drain();
  cleaner.add({ tenantId: "t", epoch: "e", seq: 1 });
  await cleaner.drain();
  expect(deleted).toEqual(["t"]);
});
