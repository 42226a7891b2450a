import { expect, test } from "@jest/globals";
import type { Database } from "@waiter/database";
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from "kysely";
import type { CompiledQuery, DatabaseConnection } from "kysely";
import { OutboxCleaner } from "./outbox-cleaner.ts";

/** A database whose statements end when the test lets them. */
function setup(options: { maxPending?: number } = {}) {
  const statements: { readonly seqs: number[]; readonly end: () => void }[] = [];
  const connection: DatabaseConnection = {
    executeQuery: ({ parameters }: CompiledQuery) =>
      new Promise((resolve) => {
        statements.push({ seqs: parameters[2] as number[], end: () => resolve({ rows: [] }) });
      }),
    streamQuery: () => {
      throw new Error("not used");
    },
  };
  class SlowDriver extends DummyDriver {
    override acquireConnection = () => Promise.resolve(connection);
  }
  const db = new Kysely({
    dialect: {
      createDriver: () => new SlowDriver(),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createAdapter: () => new PostgresAdapter(),
      createIntrospector: (each) => new PostgresIntrospector(each),
    },
  }) as Database["db"];
  const cleaner = new OutboxCleaner({ database: { db }, ...options });
  const add = (seq: number) => cleaner.add({ tenantId: `tenant ${seq}`, epoch: "e", seq, id: "i" });
  return { statements, cleaner, add };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a slow Postgres leaves one bounded batch, and a drain waits for it", async () => {
  const { statements, cleaner, add } = setup({ maxPending: 3 });
  add(0);
  const drained = cleaner.drain();
  for (let seq = 1; seq <= 100; seq += 1) add(seq);
  await settled();
  statements[0]?.end();
  await settled();
  statements[1]?.end();
  await drained;
  expect(statements.map(({ seqs }) => seqs)).toEqual([[0], [1, 2, 3]]);

  add(101);
  void cleaner.drain();
  await settled();
  expect(statements).toHaveLength(3);
});

test("a drain without rows leaves the cleaner usable", async () => {
  const { statements, cleaner, add } = setup();
  await cleaner.drain();
  add(1);
  const drained = cleaner.drain();
  await settled();
  statements[0]?.end();
  await drained;
  expect(statements).toHaveLength(1);
});
