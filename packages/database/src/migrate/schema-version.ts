import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { sql, type Kysely } from "kysely";

/** `migrations/` is beside `src` and `dist`. */
export const migrationsDirectory = fileURLToPath(new URL("../../migrations", import.meta.url));

const versionOf = (fileName: string): number => Number.parseInt(fileName, 10);

/** This release's schema version: the highest number of a migration file. */
export async function latestSchemaVersion(): Promise<number> {
  const files = await readdir(migrationsDirectory);
  return Math.max(0, ...files.filter((file) => file.endsWith(".sql")).map(versionOf));
}

/** The version of this database; 0 before the first migration. */
export async function currentSchemaVersion<T>(db: Kysely<T>): Promise<number> {
  const exists = await sql<{
    exists: boolean;
  }>`select to_regclass('public.pgmigrations') is not null as exists`.execute(db);
  if (exists.rows[0]?.exists !== true) return 0;
  const { rows } = await sql<{ name: string }>`select name from public.pgmigrations`.execute(db);
  return Math.max(0, ...rows.map((row) => versionOf(row.name)));
}
