import { afterEach, expect, jest, test } from "@jest/globals";
import { runCommand } from "./run-command.ts";

afterEach(() => {
  jest.restoreAllMocks();
});

/** What a command prints, and its exit code. */
async function run(name: string, ...args: string[]) {
  const said = jest.spyOn(console, "error").mockImplementation(() => undefined);
  const printed = jest.spyOn(console, "log").mockImplementation(() => undefined);
  const code = await runCommand(name, args, {});
  const textOf = ({ mock }: { mock: { calls: unknown[][] } }) => mock.calls.flat().join("\n");
  return { code, said: textOf(said), printed: textOf(printed) };
}

test.each(["fly", "toString", "constructor"])("%s is no command", async (name) => {
  const { code, said } = await run(name);
  expect(code).toBe(2);
  expect(said).toContain(`unknown command: ${name}\n\ncommands:\n`);
});

test("the names in a manifest of keys are texts, whatever they look like", async () => {
  const { code, printed } = await run("keys", "--namespace", "2024", "--name", "1e3");
  expect(code).toBe(0);
  expect(printed).toContain('  name: "1e3"\n  namespace: "2024"\n');
  expect(printed).toMatch(/^ {2}INTERNAL_TOKEN: "[\w-]+"$/m);
});
