import { expect, test } from "@jest/globals";
import { TenantBatches } from "./tenant-batches.ts";

/** Batches whose transactions end when the test says so. */
function controlled() {
  const begun: { readonly items: readonly string[]; readonly end: () => void }[] = [];
  const batches = new TenantBatches<string, string>((_tenant, items) => {
    const { promise, resolve } = Promise.withResolvers<readonly string[]>();
    begun.push({ items, end: () => resolve(items) });
    return promise;
  }, 100);
  const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const answers: Promise<string>[] = [];
  const add = async (...items: string[]): Promise<void> => {
    answers.push(...items.map((item) => batches.add("tenant", item)));
    await turn();
  };
  return { answers, begun, add, turn, items: () => begun.map((one) => [...one.items]) };
}

test("items that come in one turn share a batch; one beside a small batch runs at once", async () => {
  const { add, items } = controlled();
  await add("a", "b");
  await add("c");
  expect(items()).toEqual([["a", "b"], ["c"]]);
  await add("d");
  expect(items()).toHaveLength(2);
});

test("beside a large batch items collect, and each gets its own answer", async () => {
  const { answers, add, begun, items, turn } = controlled();
  await add("a", "b", "c", "d", "e");
  await add("f");
  await add("g");
  expect(items()).toEqual([["a", "b", "c", "d", "e"]]);
  begun[0]?.end();
  expect(await Promise.all(answers.slice(0, 5))).toEqual(["a", "b", "c", "d", "e"]);
  await turn();
  expect(items()[1]).toEqual(["f", "g"]);
  begun[1]?.end();
  expect(await Promise.all(answers.slice(5))).toEqual(["f", "g"]);
});
