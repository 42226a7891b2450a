/**
 * `pnpm test:adjacent [--base <tag or commit>] [--seconds <of each>] [--only <part of a name>]`:
 * runs the release before together with this one in every pairing that an upgrade or a rollback
 * brings, each under a small load with restarts and cut connections, and checks that every staff
 * screen applied every event exactly once and in order; then sessions that pass between apis of
 * both releases. Without `--base` the last release of `releases.json` counts.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { StaffClient } from "@waiter/client";
import { runNemesis } from "@waiter/bench";
import { checkOut, type Release } from "./check-out.ts";
import { findBase, type Base } from "./find-base.ts";
import { trySessions } from "./try-sessions.ts";
import { pairings, type Pairing } from "./pairings.ts";

const root = join(import.meta.dirname, "../../..");
const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== "--"),
  options: {
    base: { type: "string" },
    seconds: { type: "string", default: "12" },
    only: { type: "string", default: "" },
  },
});

const base = await findBase(root, values.base);
process.exitCode = (await compareWith(base)) ? 0 : 1;

async function compareWith({ name, commit }: Base): Promise<boolean> {
  console.log(`base: ${name}, ${commit}; checking it out and installing it`);
  await using release = await checkOut(root, commit);
  let failed = 0;
  for (const pairing of pairings(release.root).filter(({ name }) => name.includes(values.only))) {
    const problems = await tryPairing(pairing, release);
    failed += problems.length > 0 ? 1 : 0;
    for (const problem of problems) console.error(`  ${problem}`);
  }
  for (const domainUrl of [undefined, "https://waiter.test"]) {
    const name = `sessions across releases${domainUrl === undefined ? "" : `, ${domainUrl}`}`;
    if (!name.includes(values.only)) continue;
    const problems = await trySessions(release.root, domainUrl);
    failed += problems.length > 0 ? 1 : 0;
    console.log(`${problems.length === 0 ? "ok  " : "FAIL"} ${name}`);
    for (const problem of problems) console.error(`  ${problem}`);
  }
  return failed === 0;
}

/** The deadlines that workers of a release fire: 0.1.0 has no rings and no returns. */
function deadlineKindsOf(releaseRoot: string): { deadlineKinds?: readonly string[] } {
  const knowsRings = existsSync(join(releaseRoot, "packages/ledger"));
  return knowsRings ? {} : { deadlineKinds: ["escalation", "expiry"] };
}

/** The problems of one pairing. */
async function tryPairing(
  { name, env, oldClient }: Pairing,
  { root: oldRoot }: Release,
): Promise<readonly string[]> {
  const said: string[] = [];
  try {
    const old = oldClient
      ? ((await import(join(oldRoot, "packages/client/src/index.ts"))) as {
          StaffClient: typeof StaffClient;
        })
      : undefined;
    const result = await runNemesis({
      durationMs: Number(values.seconds) * 1_000,
      seed: Date.now() % 1_000_000,
      screens: 6,
      restaurants: 2,
      perSecond: 15,
      env,
      pages: 0,
      faults: ["roll gateway", "roll api", "kill worker", "cut connections"],
      say: (text) => said.push(text),
      ...(old !== undefined && { client: old.StaffClient }),
      ...(env["WAITER_WORKER_ROOT"] !== undefined && deadlineKindsOf(oldRoot)),
    });
    // Nothing wrong because nothing happened would be no proof.
    const idle =
      result.acknowledged < 10 || result.applied < 10 || result.commands < 10
        ? [
            `only ${result.acknowledged} calls, ${result.commands} commands and ${result.applied} events: no proof`,
          ]
        : [];
    const problems = [...result.problems, ...idle];
    console.log(
      `${problems.length === 0 ? "ok  " : "FAIL"} ${name}: ${result.acknowledged} calls, ${result.commands} commands, ${result.events} events, applied ${result.applied} times`,
    );
    return problems.length === 0 ? [] : [...problems, ...said];
  } catch (error) {
    console.log(`FAIL ${name}`);
    return [error instanceof Error ? error.message : String(error), ...said];
  }
}
