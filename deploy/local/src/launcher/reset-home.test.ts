import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { Home } from "../home/home.ts";
import { resetHome } from "./reset-home.ts";

test("a reset empties stores and logs and keeps keys", async () => {
  const folder = mkdtempSync(join(tmpdir(), "waiter-reset-"));
  try {
    const home = new Home(folder);
    const { keys } = home.state;
    mkdirSync(home.path("redis"));
    writeFileSync(home.path("redis", "dump.rdb"), "data");
    writeFileSync(home.path("logs", "api-1.log"), "old");
    await resetHome(home);
    expect(existsSync(home.path("redis"))).toBe(false);
    expect(existsSync(home.path("logs", "api-1.log"))).toBe(false);
    writeFileSync(home.path("logs", "api-1.log"), "new");
    expect(new Home(folder).state.keys).toEqual(keys);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("an unreadable state is refused, the error names --reset, and --reset works", () => {
  const folder = mkdtempSync(join(tmpdir(), "waiter-reset-"));
  try {
    writeFileSync(join(folder, "state.json"), "{ cut off");
    expect(() => new Home(folder)).toThrow("start with --reset");
    expect(new Home(folder, { reset: true }).state.keys.privatePem).toContain("PRIVATE KEY");
    expect(new Home(folder).state.ports).toEqual({});
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
