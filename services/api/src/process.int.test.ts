import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { createDatabase } from "@waiter/database";
import { generateKeys, loadKeys, signGuest } from "@waiter/auth";
import {
  sharedRedisUrl,
  spawnService,
  startPostgres,
  testDatabase,
  type TestDatabase,
} from "@waiter/testkit";

// Each step starts a process, which takes a while on a busy machine.
jest.setTimeout(180_000);

const main = join(import.meta.dirname, "main.ts");
const run = async (
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ code: number; stdout: string; stderr: string }> => {
  try {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ["--conditions=source", main, ...args],
      {
        env: { PATH: process.env["PATH"], ...env },
      },
    );
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
};

let database: TestDatabase;
let env: Record<string, string>;
const pair = generateKeys();
const domainUrl = "http://localhost:3000";

beforeAll(async () => {
  database = await testDatabase();
  env = {
    DATABASE_URL: database.appUrl,
    REDIS_URL: sharedRedisUrl(),
    JWT_PRIVATE_KEYS: pair.privatePem,
    JWT_PUBLIC_KEYS: pair.publicPem,
    DOMAIN_URL: domainUrl,
  };
});
afterAll(async () => {
  await database.drop();
});

describe("the process", () => {
  test("with bad configuration names every problem at once and does not start", async () => {
    const { code, stderr } = await run([], {
      PORT: "a lot",
      DATABASE_URL: "mysql://x",
      TRUSTED_PROXIES: "everybody",
    });
    expect(code).toBe(78);
    for (const name of ["PORT", "DATABASE_URL", "TRUSTED_PROXIES", "REDIS_URL"])
      expect(stderr).toContain(name);
    expect(stderr).not.toContain("at loadConfig");
  });

  test("ends cleanly on SIGTERM", async () => {
    await using api = await spawnService(main, env);
    expect(await api.end("SIGTERM")).toBe(0);
  });

  test("an api that dies between COMMIT and publish leaves the event in the outbox", async () => {
    const created = JSON.parse(
      (
        await run(
          ["tenant", "create", "crash", "--owner-email", "o@example.com", "--tables", "1"],
          env,
        )
      ).stdout,
    ) as {
      tenant: { id: string };
      tables: { id: string }[];
    };
    await using api = await spawnService(main, {
      ...env,
      WAITER_FAULT: "api:after-commit",
      TRUSTED_PROXIES: "127.0.0.1/32",
    });
    const sid = randomUUID();
    const claims = {
      tid: created.tenant.id,
      slug: "crash",
      sid,
      sub: sid,
      table: created.tables[0]?.id ?? "",
    };
    const token = signGuest(claims, loadKeys(pair.privatePem), { issuer: domainUrl }).token;
    const call = fetch(`${api.origin}/api/guest/requests`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${token}`,
        "idempotency-key": sid,
        "x-forwarded-host": "crash.localhost:3000",
      },
      body: JSON.stringify({ type: "waiter" }),
    });
    await expect(call).rejects.toThrow();
    expect(await api.exited).toBe("SIGKILL");
    await using db = createDatabase({ url: database.appUrl, max: 1, name: "test" });
    const rows = await db.inTenant(created.tenant.id, (tx) =>
      tx
        .selectFrom("outbox")
        .select("envelope")
        .where("tenant_id", "=", created.tenant.id)
        .execute(),
    );
    expect(rows.map(({ envelope }) => (JSON.parse(envelope) as { type: string }).type)).toEqual([
      "staff.invited", // the command line publishes nothing itself
      "request.created",
    ]);
  });
});

describe("commands", () => {
  test("migrate brings an empty database to this release's schema, repeatedly", async () => {
    await using postgres = await startPostgres();
    const stores = {
      MIGRATION_DATABASE_URL: postgres.ownerUrl,
      DATABASE_URL: postgres.appUrl,
      RELAY_DATABASE_URL: postgres.relayUrl,
    };
    expect((await run(["migrate"], stores)).code).toBe(0);
    const again = await run(["migrate"], stores);
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('"applied":[]')]);
  });

  test("tenant create, list, epoch bump and delete", async () => {
    const created = await run(
      ["tenant", "create", "osteria", "--owner-email", "o@example.com", "--tables", "Bar,Terrace"],
      env,
    );
    expect(JSON.parse(created.stdout)).toMatchObject({
      tenant: { slug: "osteria", origin: "http://osteria.localhost:3000" },
      tables: [{ label: "Bar" }, { label: "Terrace" }],
    });
    expect((await run(["tenant", "list"], env)).stdout).toContain(
      "osteria\tosteria\thttp://osteria.localhost:3000",
    );
    expect((await run(["epoch", "bump", "osteria"], env)).stdout.trim().split("\t")).toHaveLength(
      3,
    );
    expect((await run(["tenant", "delete", "osteria"], env)).code).toBe(2);
    expect((await run(["tenant", "delete", "osteria", "--yes"], env)).code).toBe(0);
    expect((await run(["tenant", "delete", "osteria", "--yes"], env)).code).toBe(1);
  });

  test("keys prints a Secret whose private key signs for its public one", async () => {
    const { stdout } = await run(["keys"], {});
    const pem = (label: string): string =>
      new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----`).exec(
        stdout.replaceAll(/^ +/gm, ""),
      )?.[0] ?? "";
    expect(loadKeys(pem("PRIVATE KEY")).signing?.kid).toBe(
      [...loadKeys(undefined, pem("PUBLIC KEY")).publicKeys.keys()][0],
    );
    expect(stdout).toMatch(
      /name: "waiter-keys"[\s\S]+INTERNAL_TOKEN: "[\w-]{43}"\n +PLATFORM_ADMIN_TOKEN: "[\w-]{43}"/,
    );
  });

  test("an unknown command lists the known ones", async () => {
    const { code, stderr } = await run(["serve"], {});
    expect([code, stderr]).toEqual([2, expect.stringContaining("tenant create <slug>")]);
  });
});
