import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";

// Vite runs in a child process: it rejects objects of Jest's realm.
const bundle = (...names: string[]) =>
  execFileSync(process.execPath, [join(import.meta.dirname, "../bundle.mjs"), ...names], {
    encoding: "utf8",
    env: { ...process.env, NODE_ENV: "production" },
  });

test.each(["StaffClient", "GuestClient"])(
  "a page with the %s loads under 24 kB gzipped, socket.io-client included",
  (name) => {
    const code = bundle(name);
    expect(code).toContain("/socket.io");
    expect(code).not.toContain("node:http");
    expect(gzipSync(code, { level: 9 }).length).toBeLessThan(24_000);
  },
);

test("the guest bundle contains no board code", () => {
  expect(bundle("GuestClient")).not.toContain("/api/board");
});
