import { expect, test } from "@jest/globals";
import type { Head } from "@waiter/contracts";
import { ChangedTables } from "./changed-tables.ts";

interface Asked extends Head {
  readonly tenant: string;
}

test("a tenant is once in a call, so that no answer is taken for another epoch's", async () => {
  const calls: Asked[][] = [];
  const changed = new ChangedTables(
    {
      call: ({ body }) => {
        const { tenants } = body as { tenants: Asked[] };
        calls.push(tenants);
        const changes = tenants.map(({ tenant, epoch }) => ({
          tenant,
          epoch: "true",
          seq: 9,
          tables: epoch === "true" ? [] : null,
        }));
        return Promise.resolve({ changes } as never);
      },
    },
    () => undefined,
  );
  const positions = ["true", "invented", "another"].map((epoch) => ({ epoch, seq: 5 }));
  const answers = await Promise.all(positions.map((position) => changed.after("t", position)));
  expect(answers.map((one, at) => one?.concern("table", positions[at] as Head))).toEqual([
    false,
    true,
    true,
  ]);
  expect(calls.map(({ length }) => length)).toEqual([1, 1, 1]);
});

test("a failed call leaves the answers of the other calls", async () => {
  let calls = 0;
  const failures: number[] = [];
  const changed = new ChangedTables(
    {
      call: ({ body }) => {
        calls += 1;
        if (calls === 2) return Promise.reject(new Error("503"));
        const { tenants } = body as { tenants: Asked[] };
        const changes = tenants.map(({ tenant }) => ({ tenant, epoch: "e", seq: 9, tables: [] }));
        return Promise.resolve({ changes } as never);
      },
    },
    (_error, tenants) => failures.push(tenants),
  );
  const answers = await Promise.all(
    Array.from({ length: 450 }, (_, index) => changed.after(`t${index}`, { epoch: "e", seq: 5 })),
  );
  const missing = answers.flatMap((answer, index) => (answer === undefined ? [index] : []));
  expect([calls, failures]).toEqual([3, [200]]);
  expect(missing).toEqual(Array.from({ length: 200 }, (_, index) => 200 + index));
});
