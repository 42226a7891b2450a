import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..");
let folder: string;
let packed: readonly string[];

const use = `
createBridgedEmitter({ spublish: async (channel) => { console.log(channel); return 0; } })
  .of("/staff").to("kitchen").emit("order", 7);
`;

/** A project with the tarball's content and the package's own dependencies. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "waiter-bridge-"));
  const pack = ["pack", "--json", "--pack-destination", folder];
  const { stdout } = await run("pnpm", pack, { cwd: root });
  const { filename, files } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as {
    filename: string;
    files: { path: string }[];
  };
  packed = files.map(({ path }) => path).sort();
  const target = join(folder, "node_modules/@waiter/emitter-bridge");
  await mkdir(target, { recursive: true });
  await run("tar", ["-xzf", filename, "-C", target, "--strip-components=1"]);
  await symlink(join(root, "node_modules"), join(target, "node_modules"));
  await writeFile(
    join(folder, "use.mjs"),
    `import { createBridgedEmitter } from "@waiter/emitter-bridge";${use}`,
  );
  await writeFile(
    join(folder, "use.cjs"),
    `const { createBridgedEmitter } = require("@waiter/emitter-bridge");${use}`,
  );
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the tarball holds the code, the types and the texts, and nothing else", async () => {
  expect(packed).toEqual([
    "LICENSE",
    "README.md",
    "package.json",
    "package/index.d.cts",
    "package/index.d.mts",
    "package/node.cjs",
    "package/node.mjs",
  ]);
  expect(await readFile(join(root, "package/index.d.mts"), "utf8")).toContain(
    "createBridgedEmitter",
  );
});

test.each(["use.mjs", "use.cjs"])("the published package works from %s", async (file) => {
  const { stdout } = await run(process.execPath, [file], { cwd: folder });
  expect(stdout).toBe("socket.io#/staff#kitchen#\n");
});
