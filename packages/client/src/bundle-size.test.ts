import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";

// In a process of its own: the bundler does not take objects of Jest's realm.
const bundle = (...names: string[]) =>
  execFileSync(process.execPath, [join(import.meta.dirname, "../bundle.mjs"), ...names], {
    encoding: "utf8",
    env: { ...process.env, NODE_ENV: "production" },
  });

test.each(["StaffClient", "GuestClient"])(
  "a page with the %s loads under 20 kB gzipped, socket.io-client included",
  (name) => {
    const code = bundle(name);
    expect(code).toContain("/socket.io");
    expect(code).not.toContain("node:http");
    expect(gzipSync(code, { level: 9 }).length).toBeLessThan(20_000);
  },
);

test("a guest's page carries nothing of the board", () => {
  expect(bundle("GuestClient")).not.toContain("/api/board");
});
