import { expect, test } from "@jest/globals";
import { replaceFailed, type TestRun } from "./run-jest.ts";

const first: TestRun = {
  passed: 90,
  failed: 4,
  files: [
    { file: "a.test.ts", passed: 5, failed: 1, tests: ["a loses a message"] },
    { file: "b.test.ts", passed: 3, failed: 2, tests: ["b is late", "b is lost"] },
  ],
};

test("the second run of the failed files replaces their counts", () => {
  const again: TestRun = {
    passed: 10,
    failed: 1,
    files: [{ file: "b.test.ts", passed: 4, failed: 1, tests: ["b is lost"] }],
  };
  expect(replaceFailed(first, again)).toEqual({
    // The fourth failure belongs to no file (an open handle): it stays.
    run: { passed: 92, failed: 2, files: again.files },
    unstable: ["a loses a message", "b is late"],
  });
});

test("a file that cannot run again stays a failure", () => {
  const again: TestRun = { passed: 0, failed: 1, files: [] };
  const settled = replaceFailed(first, again);
  expect(settled.run.failed).toBe(2);
  expect(settled.unstable).toEqual([]);
});
