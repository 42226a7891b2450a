import { execFile } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startSystem, type System } from "@waiter/testkit";
import { openTenantOrigin, type TenantOrigin } from "./harness/tenant-origin.ts";

const run = promisify(execFile);
const examples = join(import.meta.dirname, "../../examples");
let system: System;
let origin: TenantOrigin;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "waiter-examples-"));
  await cp(examples, folder, { recursive: true });
  system = await startSystem();
  origin = await openTenantOrigin(system);
}, 180_000);
afterAll(async () => {
  await origin?.[Symbol.asyncDispose]();
  await system?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

interface Example {
  readonly language: string;
  /** Shows that the runtime is there. */
  readonly runtime: readonly string[];
  readonly install: readonly (readonly string[])[];
  readonly program: readonly string[];
}
const table: readonly Example[] = [
  {
    language: "JavaScript",
    runtime: ["node", "--version"],
    install: [["npm", "install", "--no-audit", "--no-fund", "--prefer-offline"]],
    program: ["node", "waiter.mjs"],
  },
  {
    language: "Python",
    runtime: ["python3.11", "--version"],
    install: [
      ["python3.11", "-m", "venv", "venv"],
      ["venv/bin/pip", "install", "--quiet", "--requirement", "requirements.txt"],
    ],
    program: ["venv/bin/python", "waiter.py"],
  },
  {
    language: "Java",
    runtime: ["mvn", "--version"],
    install: [["mvn", "--quiet", "dependency:copy-dependencies", "-DoutputDirectory=lib"]],
    program: ["java", "-cp", "lib/*", "Waiter.java"],
  },
];

/** Why an example cannot run here; undefined if it is ready. */
async function prepare({ runtime, install }: Example, cwd: string): Promise<string | undefined> {
  try {
    for (const [program = "", ...args] of [runtime, ...install])
      await run(program, args, { cwd, timeout: 240_000 });
    return undefined;
  } catch (error) {
    const { code, message, stderr = "" } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === "ENOENT") return `${runtime[0]} is not installed`;
    const unreachable =
      /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|No matching distribution|UnknownHost|Could not transfer|Name or service/u;
    if (unreachable.test(message + stderr)) return "its package registry is not reachable";
    throw error;
  }
}

test.each(table)(
  "the $language client claims, resumes and completes",
  async (example) => {
    const cwd = join(folder, example.language.toLowerCase());
    const missing = await prepare(example, cwd);
    if (missing !== undefined) {
      console.log(`skipped: the ${example.language} example, because ${missing}`);
      return;
    }
    const [program = "", ...args] = example.program;
    const { tables, staffMembers } = system.file;
    const waiter = staffMembers.find(({ role }) => role === "waiter");
    const given = [origin.url, tables[0]?.token ?? "", waiter?.email ?? "", waiter?.password ?? ""];
    const { stdout } = await run(program, [...args, ...given], { cwd, timeout: 60_000 });
    const [claimed, resumed] = stdout.trim().split(/\r?\n/u);
    expect(claimed).toMatch(/^claimed by \S/u);
    expect(resumed).toBe("resumed: request.created, request.claimed");
  },
  300_000,
);
