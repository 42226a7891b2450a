import { spawnSync } from "node:child_process";
import { mkdtemp, open, readFile, rm, stat, writeFile, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { freePort, waitFor } from "@waiter/testkit";
import { documents, suspendedDocument } from "@waiter/web";
import { runCommand } from "../cli/run-command.ts";
import {
  callWaiter,
  createRestaurant,
  internalToken,
  loginAs,
  platformToken,
  seatGuest,
  startTestApi,
  type TestApi,
} from "../testing/start-test-api.ts";

let api: TestApi;
let opsPort: number;
let folder: string;
beforeAll(async () => {
  opsPort = await freePort();
  folder = await mkdtemp(join(tmpdir(), "waiter-export-"));
  for (const name of documents) await writeFile(join(folder, name), `<title>${name}</title>`);
  api = await startTestApi({ env: { OPS_PORT: `${opsPort}`, WEB_ROOT: folder } });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Runs a command of the image in this process, on the api's database. */
async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const spies = [
    jest.spyOn(console, "log").mockImplementation((line) => void out.push(String(line))),
    jest.spyOn(console, "error").mockImplementation((line) => void err.push(String(line))),
  ];
  try {
    const { DATABASE_URL, DOMAIN_URL } = api.context.config;
    const code = await runCommand("tenant", args, { DATABASE_URL, DOMAIN_URL });
    return { code, out: out.join("\n"), err: err.join("\n") };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
const setSuspended = (slug: string, suspended: boolean) =>
  api.call(undefined, `/api/platform/tenants/${slug}`, {
    method: "PATCH",
    token: platformToken,
    body: { suspended },
  });

describe("a suspended tenant", () => {
  test("is refused by one code everywhere, keeps everything, and returns", async () => {
    const pizza = await createRestaurant(api);
    const owner = await loginAs(api, pizza);
    const guest = await seatGuest(api, pizza);
    const request = await callWaiter(api, pizza, guest);
    const other = await createRestaurant(api);
    const otherOwner = await loginAs(api, other);

    expect((await setSuspended(pizza.slug, true)).body["tenant"]).toMatchObject({
      slug: pizza.slug,
      suspended: true,
    });
    const calls: [string, object][] = [
      ["/api/board", { token: owner }],
      ["/api/settings", { token: owner }],
      [`/api/requests/${request.id}/claim`, { method: "POST", token: owner, body: {} }],
      ["/api/guest/requests", { token: guest }],
      ["/api/guest/sessions", { method: "POST", body: { tableToken: pizza.tables[0]?.token } }],
      ["/api/auth/login", { method: "POST", body: pizza.owner }],
      ["/api/auth/refresh", { method: "POST", body: {} }],
      ["/board", { headers: { accept: "application/json" } }],
    ];
    for (const [path, options] of calls) {
      const answer = await api.call(pizza.slug, path, options);
      expect([path, answer.status, answer.body["code"]]).toEqual([path, 403, "tenant_suspended"]);
    }
    const page = await api.call(pizza.slug, "/board", { headers: { accept: "text/html" } });
    expect([page.status, page.text]).toEqual([403, `<title>${suspendedDocument}</title>`]);
    const internal = await api.call(undefined, `/internal/tenants/${pizza.slug}`, {
      headers: { authorization: `Internal ${internalToken}` },
    });
    expect([internal.status, internal.body["code"]]).toEqual([403, "tenant_suspended"]);
    const tls = (slug: string) =>
      fetch(`http://127.0.0.1:${opsPort}/internal/tls?domain=${slug}.localhost`);
    expect([(await tls(pizza.slug)).status, (await tls(other.slug)).status]).toEqual([404, 200]);
    expect((await api.call(other.slug, "/api/board", { token: otherOwner })).status).toBe(200);

    await setSuspended(pizza.slug, false);
    const back = await waitFor(
      async () => {
        const answer = await api.call(pizza.slug, "/api/board", { token: owner });
        return answer.status === 200 ? answer : undefined;
      },
      10_000,
      "the tenant that was resumed",
    );
    expect(back.body["requests"]).toMatchObject([{ id: request.id, state: "new" }]);
  });

  test("by the command line is refused by every running api", async () => {
    const { slug, owner } = await createRestaurant(api);
    const token = await loginAs(api, { slug, owner, tables: [] });
    expect(await run("suspend", slug)).toMatchObject({ code: 0, out: `suspended ${slug}` });
    expect((await api.call(slug, "/api/board", { token })).body["code"]).toBe("tenant_suspended");
    expect((await run("list")).out).toMatch(new RegExp(`^${slug}\t.*\tsuspended$`, "m"));
    const login = () =>
      api.call(slug, "/api/auth/login", {
        method: "POST",
        body: { email: owner.email, password: owner.password },
      });
    await waitFor(
      async () => ((await login()).status === 403 ? true : undefined),
      10_000,
      "a refused login",
    );
    expect(await run("resume", "--slug", slug)).toMatchObject({ code: 0 });
    await waitFor(
      async () => ((await login()).status === 200 ? true : undefined),
      10_000,
      "a login",
    );
    expect((await run("suspend", "no-such-place")).code).toBe(1);
    expect((await run("suspend")).code).toBe(2);
  });
});

interface Line {
  readonly table?: string;
  readonly row?: Record<string, unknown>;
  readonly end?: boolean;
  readonly rows?: number;
}
const linesOf = (text: string): Line[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);

describe("a tenant's export", () => {
  test("holds every row as JSON lines, tells its progress, and holds no secret", async () => {
    const pizza = await createRestaurant(api, ["1", "2", "3"]);
    const owner = await loginAs(api, pizza);
    const request = await callWaiter(api, pizza, await seatGuest(api, pizza));
    const other = await createRestaurant(api);
    await api.call(pizza.slug, "/api/settings", {
      method: "PATCH",
      token: owner,
      body: {
        version: 1,
        secondChannel: { kind: "webhook", target: "https://hooks.example.com/waiter" },
      },
    });
    const file = join(folder, "pizza.jsonl");
    const { code, err } = await run("export", pizza.slug, "--to", file);
    expect(code).toBe(0);
    expect(JSON.parse(err.split("\n")[0] ?? "")).toMatchObject({ exporting: pizza.slug });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const text = await readFile(file, "utf8");
    const lines = linesOf(text);
    expect(lines[0]).toMatchObject({ format: "waiter tenant export 1", slug: pizza.slug });
    expect(lines.at(-1)).toEqual({ end: true, rows: lines.length - 2 });
    const count = (table: string): number => lines.filter((line) => line.table === table).length;
    expect([count("tenant"), count("dining_table"), count("request"), count("staff")]).toEqual([
      1, 3, 1, 1,
    ]);
    expect(text).toContain(request.id);
    expect(text).toContain(pizza.tables[0]?.token);
    expect(text).not.toContain(other.slug);
    expect(text).not.toMatch(/scrypt|password_hash|token_hash|whsec_|"secret"/);
  });

  test("of many pages names each row once, in order of the key", async () => {
    const labels = Array.from({ length: 1_000 }, (_, index) => `Table ${index}`);
    const { slug } = await createRestaurant(api, labels);
    const file = join(folder, "many.jsonl");
    await run("export", slug, "--to", file);
    const ids = linesOf(await readFile(file, "utf8")).flatMap(({ table, row }) =>
      table === "dining_table" ? [row?.["id"]] : [],
    );
    expect([ids.length, new Set(ids).size]).toEqual([1_000, 1_000]);
    expect(ids).toEqual(ids.map(String).toSorted((a, b) => (a < b ? -1 : 1)));
  });

  test("goes to standard output without --to", async () => {
    const { slug } = await createRestaurant(api);
    const { DATABASE_URL, DOMAIN_URL } = api.context.config;
    const main = join(import.meta.dirname, "../main.ts");
    const { stdout, status } = spawnSync(
      process.execPath,
      ["--conditions=source", main, "tenant", "export", slug],
      { env: { ...process.env, DATABASE_URL, DOMAIN_URL }, encoding: "utf8" },
    );
    expect([status, linesOf(stdout).at(-1)?.end]).toEqual([0, true]);
  });

  test("has its name on the disk before a deletion: nothing is deleted if that fails", async () => {
    const { slug } = await createRestaurant(api);
    const handle = await open(folder);
    const handles = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    const synced: boolean[] = [];
    const sync = jest.spyOn(handles, "sync").mockImplementation(async function (this: FileHandle) {
      synced.push((await this.stat()).isDirectory());
      throw new Error("the disk failed");
    });
    const { code } = await run("delete", slug, "--yes", "--export", join(folder, "kept.jsonl"));
    sync.mockRestore();
    expect([code, synced]).toEqual([1, [true]]);
    expect(await api.context.database.findTenant(slug)).toMatchObject({ slug });
  });

  test("comes before a deletion that asks for it; nothing is deleted if it fails", async () => {
    const { slug } = await createRestaurant(api);
    const nowhere = join(folder, "no", "such", "folder.jsonl");
    expect((await run("delete", slug, "--yes", "--export", nowhere)).code).toBe(1);
    expect(await api.context.database.findTenant(slug)).toMatchObject({ slug });
    const file = join(folder, "last.jsonl");
    expect((await run("delete", slug, "--yes", "--export", file)).code).toBe(0);
    expect(linesOf(await readFile(file, "utf8")).at(-1)).toMatchObject({ end: true });
    expect(await api.context.database.findTenant(slug)).toBeUndefined();
  });
});
