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
