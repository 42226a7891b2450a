import { afterEach, expect, jest, test } from "@jest/globals";
import type { Environment } from "@waiter/config";
import { runCommand } from "./run-command.ts";

afterEach(() => {
  jest.restoreAllMocks();
});

/** What a command prints, and its exit code. */
async function run([name = "", ...args]: readonly string[], env: Environment = {}) {
  const said = jest.spyOn(console, "error").mockImplementation(() => undefined);
  const printed = jest.spyOn(console, "log").mockImplementation(() => undefined);
  const code = await runCommand(name, args, env);
  const textOf = ({ mock }: { mock: { calls: unknown[][] } }) => mock.calls.flat().join("\n");
  return { code, said: textOf(said), printed: textOf(printed) };
}

test.each(["fly", "toString", "constructor"])("%s is no command", async (name) => {
  const { code, said } = await run([name]);
  expect(code).toBe(2);
  expect(said).toContain(`unknown command: ${name}\n\ncommands:\n`);
});

test.each(["help", "--help", "-h"])("%s lists the commands", async (name) => {
  const { code, said, printed } = await run([name]);
  expect([code, said]).toEqual([0, ""]);
  expect(printed).toMatch(/^commands:\n {2}migrate\n/);
});

test("the names in a manifest of keys are texts, whatever they look like", async () => {
  const { code, printed } = await run(["keys", "--namespace", "2024", "--name", "1e3"]);
  expect(code).toBe(0);
  expect(printed).toContain('  name: "1e3"\n  namespace: "2024"\n');
  expect(printed).toMatch(/^ {2}INTERNAL_TOKEN: "[\w-]+"$/m);
});

test("a Secret of keys may have a name with dots, a namespace may not", async () => {
  const { code, printed } = await run(["keys", "--name", "waiter.keys"]);
  expect([code, printed]).toEqual([0, expect.stringContaining('  name: "waiter.keys"')]);
  expect((await run(["keys", "--namespace", "my.shop"])).code).toBe(2);
});

test.each<string[]>([
  ["migrate", "--help"],
  ["tenant", "list", "--help"],
  ["events", "consumers", "archive"],
  ["epoch", "bump", "--all"],
  ["tenant", "delete", "pizza", "--slug", "sushi", "--yes"],
  ["tenant", "create", "pizza", "--slug", "sushi"],
  ["tenant", "create", "pizza", "--tables", "12345"],
  ["tenant", "create", "pizza", "--tables", "0"],
  ["staff", "invite", "--slug=pizza", "--id=Anna"],
  ["staff", "export", "--slug=pizza", "--id=Anna"],
  ["staff", "erase", "--slug=pizza", "--id=Anna", "--yes"],
  ["keys", "--subject", "you@example.com"],
  ["keys", "--namespace", "My_Shop"],
])("%s %s %s %s is called wrongly, and does nothing", async (...args) => {
  const { code, said, printed } = await run(args);
  expect([code, printed]).toEqual([2, ""]);
  expect(said).toMatch(new RegExp(`^.+\nusage: ${args[0]}`));
});

test("a server that does not answer is named with the reason", async () => {
  const DATABASE_URL = "postgres://waiter:secret@127.0.0.1:1/waiter";
  for (const args of [
    ["tenant", "list"],
    ["events", "consumers"],
  ]) {
    const { code, said } = await run(args, { DATABASE_URL, RELAY_DATABASE_URL: DATABASE_URL });
    expect(code).toBe(1);
    expect(said).toMatch(/connect ECONNREFUSED 127\.0\.0\.1:1$/);
  }
});
