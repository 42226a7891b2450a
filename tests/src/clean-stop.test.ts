import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { waitFor, startSystem, type System } from "@waiter/testkit";
import { call, openBoard, sitDown } from "./harness/people.ts";

let system: System;

beforeAll(async () => {
  system = await startSystem({ gateways: 2, apis: 2 });
}, 180_000);

afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
}, 60_000);

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test("SIGTERM to each service in turn loses no request and exits 0", async () => {
  using board = await openBoard(system);
  const tokens = await Promise.all(Array.from({ length: 8 }, (_, table) => sitDown(system, table)));
  const { apis, gateways, worker } = system.file.pids;
  const names = ["api-1", "api-2", "gateway-1", "gateway-2", "worker"];
  for (const [index, pid] of [...apis, ...gateways, worker].entries()) {
    const name = names[index] ?? "";
    process.kill(pid, "SIGTERM");
    const types = ["waiter", "bill", "water", "order", "other"];
    const answers = await Promise.all(
      tokens.map((token) => call(system, token, types[index] ?? "")),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    await waitFor(() => system.output().includes(`${name} ended`), 40_000, `the end of ${name}`);
    expect(system.output()).toContain(`${name} ended (exit code 0)`);
    await waitFor(
      async () =>
        (
          await fetch(
            `${[...system.file.apis, ...system.file.gateways, system.file.worker][index]}/readyz`,
          )
        ).ok,
      30_000,
      `${name} being back`,
    );
  }
  await waitFor(() => board.requests.length === 40, 15_000, "all 40 calls on the board");
}, 240_000);

test("SIGINT to the launcher ends everything, exits 0 and leaves no process", async () => {
  const { apis, gateways, worker, postgres, redis } = system.file.pids;
  expect(await system.end("SIGINT")).toBe(0);
  const left = [...apis, ...gateways, worker, postgres, redis].filter(
    (pid) => pid !== null && isAlive(pid),
  );
  expect(left).toEqual([]);
});
