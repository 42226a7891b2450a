import { expect, test } from "@jest/globals";
import { nameHolds } from "./holds.ts";

const frame = (functionName: string, url: string) => ({
  functionName,
  url,
  scriptId: "1",
  lineNumber: 6,
  columnNumber: 0,
});

test("a hold is named by its outermost function, without collections and idle time", () => {
  const service = "file:///srv/waiter/services/socket-gateway/src/start-loops.ts";
  const profile = {
    startTime: 1_000_000,
    endTime: 1_050_000,
    nodes: [
      { id: 1, callFrame: frame("(root)", ""), children: [2, 4, 5] },
      { id: 2, callFrame: frame("listOnTimeout", "node:internal/timers"), children: [3] },
      { id: 3, callFrame: frame("sweep", service), children: [6] },
      { id: 4, callFrame: frame("(idle)", "") },
      { id: 5, callFrame: frame("(garbage collector)", "") },
      {
        id: 6,
        callFrame: frame("has", "file:///srv/waiter/node_modules/.pnpm/a/node_modules/a/b.js"),
      },
    ],
    samples: [4, 3, 6, 5, 4],
    timeDeltas: [10_000, 10_000, 10_000, 5_000, 10_000],
  };
  const { holds, work } = nameHolds(
    [{ from: 1_015, to: 1_040, cpuMs: 24 }],
    [{ from: 1_030, to: 1_036 }],
    profile,
  );
  expect(holds).toEqual([
    {
      atS: 0.015,
      wallMs: 25,
      ownMs: 18,
      collectionMs: 6,
      work: [
        ["sweep services/socket-gateway/start-loops.ts:7", 20],
        ["(garbage collector)", 5],
      ],
    },
  ]);
  expect(work[0]).toEqual(["sweep services/socket-gateway/start-loops.ts:7", 20]);
});
