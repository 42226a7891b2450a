import { expect, test } from "@jest/globals";
import { Boards } from "./boards.ts";

const epoch = "e";
const boardAt = (seq: number) => ({ epoch, seq, now: "", requests: [] });

/** Boards of a database whose answers are given one by one. */
function setUp() {
  const loads: ((seq: number) => void)[] = [];
  const inTenant = () => new Promise((resolve) => loads.push((seq) => resolve(boardAt(seq))));
  const boards = new Boards({ inTenant } as never);
  const read = async (seq: number) => {
    const { json } = await boards.read("t", { epoch, seq });
    return (JSON.parse(json) as { seq: number }).seq;
  };
  return { boards, loads, read };
}

test("a board that changes while it is loaded is loaded once more for all who ask", async () => {
  const { loads, read } = setUp();
  const first = [read(5), read(5), read(4)];
  const later = [read(6), read(7), read(8)];
  expect(loads).toHaveLength(1);
  loads[0]?.(5);
  expect(await Promise.all(first)).toEqual([5, 5, 5]);
  while (loads.length < 2) await new Promise(setImmediate);
  // The second load began after this position was known.
  later.push(read(8));
  loads[1]?.(9);
  expect(await Promise.all(later)).toEqual([9, 9, 9, 9]);
  expect(loads).toHaveLength(2);
});

test("a load that fails is followed by another one", async () => {
  let loads = 0;
  const boards = new Boards({
    inTenant: async () => {
      if ((loads += 1) === 1) throw new Error("down");
      return boardAt(2);
    },
  } as never);
  const first = boards.read("t", { epoch, seq: 1 });
  const second = boards.read("t", { epoch, seq: 2 });
  await expect(first).rejects.toThrow("down");
  expect(JSON.parse((await second).json)).toMatchObject({ seq: 2 });
});
