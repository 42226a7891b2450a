import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import type { ApiClient } from "../api/api-client.ts";
import { askHeads } from "./ask-heads.ts";

test("a failed batch leaves the heads of the other batches", async () => {
  const ids = Array.from({ length: 2_500 }, () => randomUUID());
  let batch = 0;
  const call = ({ body }: { body?: unknown }) => {
    batch += 1;
    if (batch === 2) return Promise.reject(new Error("503"));
    const { tenants } = body as { tenants: string[] };
    return Promise.resolve({
      heads: tenants.map((tenant) => ({ tenant, epoch: tenant, seq: 1, revoked: [] })),
      now: "",
    });
  };
  const failures: number[] = [];
  const heads = await askHeads({ call } as unknown as ApiClient, ids, (_error, tenants) =>
    failures.push(tenants),
  );
  expect(heads.map(({ tenant }) => tenant)).toEqual([...ids.slice(0, 1_000), ...ids.slice(2_000)]);
  expect(failures).toEqual([1_000]);
});
