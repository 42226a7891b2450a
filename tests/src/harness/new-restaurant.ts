import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { System } from "@waiter/testkit";

const root = join(import.meta.dirname, "../../..");
const run = promisify(execFile);

/** Runs a command of the api's command line against the system's database. @returns its JSON. */
export async function runWaiter(
  { file }: System,
  ...args: readonly string[]
): Promise<Record<string, unknown>> {
  const { stdout } = await run(
    process.execPath,
    ["--conditions=source", "services/api/src/main.ts", ...args],
    {
      cwd: root,
      env: { ...process.env, DATABASE_URL: file.databaseUrl, DOMAIN_URL: file.origin },
    },
  );
  return JSON.parse(stdout.slice(stdout.indexOf("{"))) as Record<string, unknown>;
}

export interface NewRestaurant {
  /** The owner's one-time link. */
  readonly invitation: string;
  readonly origin: string;
}

/** What the documented command makes: a restaurant without tables, and its owner's invitation. */
export async function newRestaurant(
  system: System,
  slug: string,
  name: string,
): Promise<NewRestaurant> {
  const made = await runWaiter(
    system,
    "tenant",
    "create",
    "--slug",
    slug,
    "--name",
    name,
    "--owner-name",
    "Rosa",
  );
  const { url } = made["invitation"] as { url: string };
  return { invitation: url, origin: new URL(url).origin };
}
