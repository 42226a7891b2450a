import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { RunnerOption } from "node-pg-migrate";

type MigrationLoader = Exclude<
  NonNullable<RunnerOption["migrationLoaderStrategies"]>[number]["loader"],
  string
>;

const up = /^-- Up Migration(, outside a transaction)?$/m;
const down = /^-- Down Migration$/m;

/**
 * Reads migrations written in SQL: `-- Up Migration`, statements, `-- Down Migration`, statements.
 * Statements that cannot run in a transaction (`create index concurrently`) follow the header `--
 * Up Migration, outside a transaction`. They are sent one by one, each ends with its line, and a
 * rerun after an interruption must succeed. `onBegin` gets a migration's name before its first
 * statement.
 */
export const createMigrationLoader =
  (lockTimeoutMs: number, onBegin?: (name: string) => void): MigrationLoader =>
  (paths) =>
    Promise.all(paths.map((path) => loadMigration(path, lockTimeoutMs, onBegin)));

async function loadMigration(
  path: string,
  lockTimeoutMs: number,
  onBegin?: (name: string) => void,
): Promise<Awaited<ReturnType<MigrationLoader>>[number]> {
  const [before = "", undo] = (await readFile(path, "utf8")).split(down);
  const header = up.exec(before);
  if (header === null) throw new Error(`${path} has no line "-- Up Migration"`);
  const outside = header[1] !== undefined;
  const statements = outside
    ? before
        .split(/(?<=;)\n/)
        .map((text) => text.trim())
        .filter((text) => text !== "")
    : [before];
  return {
    id: path,
    filePaths: [path],
    actions: {
      up: (pgm) => {
        onBegin?.(basename(path, ".sql"));
        if (outside) pgm.noTransaction();
        // Statements outside a transaction wait for others' snapshots and block no one meanwhile.
        if (outside) pgm.sql("set lock_timeout = 0");
        for (const statement of statements) pgm.sql(statement);
        if (outside) pgm.sql(`set lock_timeout = ${lockTimeoutMs}`);
      },
      down: undo === undefined ? false : (pgm) => pgm.sql(undo),
    },
  };
}
