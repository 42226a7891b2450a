import { afterEach, expect, jest, test } from "@jest/globals";
import { Boards } from "./boards.ts";

afterEach(() => {
  jest.restoreAllMocks();
});

const epoch = "e";
const boardAt = (seq: number) => ({ epoch, seq, now: "", requests: [] });

test("a board that changes while it is loaded is loaded once more for all who ask", async () => {
  let loads = 0;
  const inTenant = async () => {
    loads += 1;
    const board = boardAt(10 * loads);
    await new Promise(setImmediate);
    return board;
  };
  const boards = new Boards({ inTenant } as never);
  const read = async (seq: number) => {
    const { json } = await boards.read("t", { epoch, seq });
    return (JSON.parse(json) as { seq: number }).seq;
  };
  const answers = await Promise.all([5, 5, 4, 6, 7, 8, 6].map(read));
  expect(answers).toEqual([10, 10, 10, 20, 20, 20, 20]);
  expect(loads).toBe(2);
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

test.each([
  ["10 ms", 10, []],
  ["60 ms", 60, [60]],
  ["5 s", 5_000, [1_000]],
])("after a load of %s the next one waits for its rest", async (_what, tookMs, rests) => {
  let now = 0;
  jest.spyOn(performance, "now").mockImplementation(() => now);
  let loads = 0;
  const inTenant = async () => {
    await new Promise(setImmediate);
    now += tookMs;
    return boardAt((loads += 1));
  };
  const slept: number[] = [];
  const during: number[] = [];
  const sleep = async (ms: number) => {
    slept.push(ms);
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    during.push(loads);
  };
  const boards = new Boards({ inTenant } as never, { sleep });
  await Promise.all([1, 2].map((seq) => boards.read("t", { epoch, seq })));
  expect(loads).toBe(2);
  expect(slept.slice(0, 1)).toEqual(rests);
  expect(during.slice(0, 1)).toEqual(rests.map(() => 1));
});
