import { expect, test } from "@jest/globals";
import { readCommand, usage } from "./command.ts";
import type { Scenario } from "./scenario.ts";

const scenario = (name: string, options: Record<string, number>): Scenario => ({
  name,
  title: name,
  options,
  run: () => Promise.reject(new Error("not run")),
});
const known = new Map(
  [scenario("idle", { connections: 10 }), scenario("latency", { calls: 5, "per-second": 2 })].map(
    (each) => [each.name, each],
  ),
);
const read = (line: string) => readCommand(line.split(" ").filter(Boolean), known);

test("named scenarios run with their defaults and what the command line changes", () => {
  const command = read("latency idle --per-second 7 --out here");
  if ("problem" in command) throw new Error(command.problem);
  const [latency, idle] = command.scenarios;
  expect([latency?.name, idle?.name, command.out]).toEqual(["latency", "idle", "here"]);
  expect([
    latency && command.option(latency, "per-second"),
    latency && command.option(latency, "calls"),
    idle && command.option(idle, "connections"),
  ]).toEqual([7, 5, 10]);
  expect(read("all")).toMatchObject({
    scenarios: [{ name: "idle" }, { name: "latency" }],
    out: "bench-results",
  });
});

test.each([
  ["idle --seconds 3", "--seconds"],
  ["idle --calls 3", "--calls is an option of another scenario"],
  ["idle --connections many", '--connections must be a number, not "many"'],
  ["idle --connections", "--connections"],
  ["lost", 'there is no scenario "lost"'],
])("%s is refused before anything starts", (line, problem) => {
  expect(read(line)).toEqual({ problem: expect.stringContaining(problem) });
});

test("without a scenario the usage names every option and default", () => {
  for (const line of ["", "--help", "idle --help"])
    expect(read(line)).toMatchObject({ scenarios: [] });
  expect(usage(known)).toContain("--calls 5 --per-second 2");
});
