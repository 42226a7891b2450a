import { setTimeout as sleep } from "node:timers/promises";
import type { Figure } from "../scenario.ts";
import type { LocalSystem } from "../system/local-system.ts";
import { countStatements, forgetStatements, readStatements } from "../write/statement-costs.ts";

/** Services connect again after the restart of Postgres, and find their first answers. */
const settleMs = 15_000;
const shown = 12;

/** The statements that cost Postgres most while nothing is asked. Restarts Postgres. */
export async function dearestStatements(system: LocalSystem, seconds: number): Promise<Figure[]> {
  const admin = await countStatements(system);
  try {
    await sleep(settleMs);
    await forgetStatements(admin);
    await sleep(seconds * 1_000);
    return (await readStatements(admin))
      .slice(0, shown)
      .map(({ application, query, calls, ms }) => ({
        name: `${application}, ${(calls / seconds).toFixed(2)} per s: ${query.slice(0, 90)}`,
        value: ms / seconds,
        unit: "ms per s",
      }));
  } finally {
    await admin.end();
  }
}
