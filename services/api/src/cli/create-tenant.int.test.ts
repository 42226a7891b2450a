import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { migrate } from "@waiter/database";
import { startPostgres } from "@waiter/testkit";
import { runCommand } from "./run-command.ts";

let postgres: Awaited<ReturnType<typeof startPostgres>>;
beforeAll(async () => {
  postgres = await startPostgres();
  const { ownerUrl, appUrl } = postgres;
  await migrate({ migrationUrl: ownerUrl, appUrl });
});
afterAll(async () => {
  await postgres[Symbol.asyncDispose]();
});

/** `tenant create` in the environment of the chart's api pod with `scheme: http`. */
const create = (...args: string[]) => tenant("create", ...args);

async function tenant(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const log = jest.spyOn(console, "log").mockImplementation((line) => void out.push(String(line)));
  const error = jest
    .spyOn(console, "error")
    .mockImplementation((line) => void err.push(String(line)));
  const env = {
    NODE_ENV: "production",
    DOMAIN_URL: "http://waiter.test",
    ALLOW_HTTP: "true",
    DATABASE_URL: postgres.appUrl,
    TABLES_PER_RESTAURANT: "8",
  };
  try {
    const code = await runCommand("tenant", args, env);
    return { code, out: out.join("\n"), err: err.join("\n") };
  } finally {
    log.mockRestore();
    error.mockRestore();
  }
}

test("a trial over http prints an invitation and eight guest links", async () => {
  const { code, out, err } = await create(
    "trial",
    "--owner-email",
    "you@example.com",
    "--tables=8",
  );
  expect([code, err]).toEqual([0, ""]);
  const { invitation, tables } = JSON.parse(out) as {
    invitation: { url: string };
    tables: { guestUrl: string }[];
  };
  expect(invitation.url).toMatch(/^http:\/\/trial\.waiter\.test\//);
  expect(tables.map(({ guestUrl }) => new URL(guestUrl).host)).toEqual(
    Array.from({ length: 8 }, () => "trial.waiter.test"),
  );
});

test("a refused field is named with what is wrong with it", async () => {
  const { code, err } = await create("other", "--owner-email", "you@localhost");
  expect(code).toBe(1);
  expect(err).toMatch(/^Some fields are not valid: owner\.email: \S/);
});

test("more tables than a restaurant may have are refused, and no tenant is made", async () => {
  const { code, err } = await create("large", "--tables=9");
  expect([code, err]).toEqual([1, expect.stringContaining("a restaurant has at most 8 tables")]);
  expect((await tenant("list")).out).not.toContain("large");
});

test("deleting an unknown tenant names it", async () => {
  const { code, err } = await tenant("delete", "unknown-slug", "--yes");
  expect([code, err]).toEqual([1, "there is no tenant unknown-slug"]);
});

test("the slug of a deleted tenant needs --reuse", async () => {
  expect((await create("bistro")).code).toBe(0);
  expect((await tenant("delete", "bistro", "--yes")).code).toBe(0);
  const refused = await create("bistro");
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(/had the slug bistro\. It is free from \d{4}-\d\d-\d\dT.*--reuse/);
  expect((await create("bistro", "--reuse")).code).toBe(0);
});

test("an export into a file that exists deletes nothing and keeps the file", async () => {
  expect((await create("trattoria")).code).toBe(0);
  const folder = await mkdtemp(join(tmpdir(), "exports-"));
  const file = join(folder, "other.jsonl");
  await writeFile(file, "another restaurant");
  const refused = await tenant("delete", "trattoria", "--yes", "--export", file);
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining(`${file} exists`)]);
  expect(await readFile(file, "utf8")).toBe("another restaurant");
  expect((await tenant("list")).out).toContain("trattoria");
  await rm(folder, { recursive: true });
});
