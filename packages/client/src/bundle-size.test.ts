import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";

test("the SDK with socket.io-client stays under 20 kB gzipped, as a browser loads it", () => {
  // In a process of its own: the bundler does not take objects of Jest's realm.
  const code = execFileSync(process.execPath, [join(import.meta.dirname, "../bundle.mjs")], { encoding: "utf8" });
  expect(code).toContain("/api/board");
  expect(code).not.toContain("node:http");
  expect(gzipSync(code).length).toBeLessThan(20_000);
});
