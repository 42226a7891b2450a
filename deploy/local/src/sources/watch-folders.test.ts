import { afterEach, expect, test } from "@jest/globals";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { watchFolders } from "./watch-folders.ts";

const top = mkdtempSync(join(tmpdir(), "watch-folders-"));
const ended = new AbortController();
afterEach(() => {
  ended.abort();
  rmSync(top, { recursive: true });
});

test("every replacement of a file is noticed, also in a new folder", async () => {
  mkdirSync(join(top, "src"));
  mkdirSync(join(top, "node_modules"));
  writeFileSync(join(top, "src/a.ts"), "0");
  const seen = new Set<string>();
  watchFolders(top, {
    signal: ended.signal,
    skip: (name) => name === "node_modules",
    onChange: (path) => void seen.add(path),
  });

  const isSeen = async (path: string): Promise<void> => {
    const deadline = Date.now() + 5_000;
    while (!seen.has(path) && Date.now() < deadline) await sleep(10);
    expect([...seen]).toContain(path);
    await sleep(50); // events of this change that are still on their way
    seen.clear();
  };
  for (let round = 1; round <= 4; round += 1) {
    writeFileSync(join(top, "src/next"), String(round));
    renameSync(join(top, "src/next"), join(top, "src/a.ts"));
    await isSeen(join(top, "src/a.ts"));
  }
  mkdirSync(join(top, "src/deep/er"), { recursive: true });
  writeFileSync(join(top, "src/deep/er/b.ts"), "1");
  await isSeen(join(top, "src/deep/er/b.ts"));

  writeFileSync(join(top, "node_modules/c.ts"), "1");
  await sleep(100);
  expect([...seen]).toEqual([]);
});
