import { execFile } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { startPostgres, startRedis, type TestRedis } from "@waiter/testkit";

// Each test starts processes, which takes a while on a busy machine.
jest.setTimeout(180_000);

const main = join(import.meta.dirname, "../main.ts");
const migrate = (
  env: Record<string, string>,
): Promise<{ readonly code: number; readonly stderr: string }> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      ["--conditions=source", main, "migrate"],
      { env: { PATH: process.env["PATH"], ...env } },
      (error, _, stderr) => resolve({ code: Number(error?.code ?? 0), stderr }),
    );
  });

const secrets = { STORES_SECRET: "waiter-stores", KEYS_SECRET: "waiter-keys" };
let postgres: Awaited<ReturnType<typeof startPostgres>>;
let redis: TestRedis;
let stores: Record<string, string>;
beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  stores = {
    MIGRATION_DATABASE_URL: postgres.ownerUrl,
    DATABASE_URL: postgres.appUrl,
    RELAY_DATABASE_URL: postgres.relayUrl,
    REDIS_URL: redis.url,
    QUEUE_REDIS_URL: redis.url,
    JWT_PUBLIC_KEYS: "any",
  };
});
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
});

const messages = (stderr: string): string[] =>
  stderr
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { message: string }).message);
const withPassword = (url: string, password: string): string =>
  Object.assign(new URL(url), { password }).href;

describe("migrate as the chart's hook", () => {
  test("names each missing Secret and key on a line of its own, and exits with 78", async () => {
    const nothing = await migrate(secrets);
    expect([nothing.code, messages(nothing.stderr)]).toEqual([
      78,
      [
        expect.stringMatching(/Secret waiter-stores does not exist .* MIGRATION_DATABASE_URL/),
        expect.stringMatching(/Secret waiter-keys does not exist .* JWT_PUBLIC_KEYS/),
      ],
    ]);
    const { RELAY_DATABASE_URL: _, ...rest } = stores;
    const oneKey = await migrate({ ...secrets, ...rest });
    expect([oneKey.code, messages(oneKey.stderr)]).toEqual([
      78,
      [expect.stringContaining("the Secret waiter-stores lacks RELAY_DATABASE_URL")],
    ]);
  });

  test("a wrong password of any URL is found, named and not retried", async () => {
    expect(await migrate({ ...secrets, ...stores })).toMatchObject({ code: 0 });
    for (const name of ["MIGRATION_DATABASE_URL", "DATABASE_URL", "RELAY_DATABASE_URL"]) {
      const wrong = { ...stores, [name]: withPassword(stores[name] ?? "", "wrong") };
      const { code, stderr } = await migrate({ ...secrets, ...wrong });
      expect([code, messages(stderr)]).toEqual([
        78,
        [expect.stringContaining(`${name}: password authentication failed`)],
      ]);
    }
  });

  test("a login that Redis refuses is found and named, a Redis that is away stops nothing", async () => {
    for (const name of ["REDIS_URL", "QUEUE_REDIS_URL"]) {
      const stranger = Object.assign(new URL(redis.url), { username: "stranger", password: "x" });
      const wrong = { ...stores, [name]: stranger.href };
      const { code, stderr } = await migrate({ ...secrets, ...wrong });
      expect([code, messages(stderr)]).toEqual([
        78,
        [expect.stringContaining(`${name}: WRONGPASS`)],
      ]);
    }
    const away = { ...stores, REDIS_URL: "redis://127.0.0.1:1" };
    expect(await migrate({ ...secrets, ...away })).toMatchObject({ code: 0 });
  });

  test("an unknown database is not retried, an unreachable server is", async () => {
    const url = new URL(postgres.ownerUrl);
    url.pathname = "/nosuchdb";
    const unknown = await migrate({ ...stores, MIGRATION_DATABASE_URL: url.href });
    expect([unknown.code, messages(unknown.stderr)]).toEqual([
      78,
      [expect.stringContaining('MIGRATION_DATABASE_URL: database "nosuchdb" does not exist')],
    ]);
    const away = await migrate({
      ...stores,
      MIGRATION_DATABASE_URL: "postgres://owner:x@127.0.0.1:1/waiter",
    });
    expect([away.code, away.stderr.trim()]).toEqual([
      1,
      expect.stringMatching(/^MIGRATION_DATABASE_URL: .*ECONNREFUSED.*$/),
    ]);
  });
});
