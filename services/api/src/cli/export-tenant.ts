import { createWriteStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Environment } from "@waiter/config";
import { exportTenant, type Database } from "@waiter/database";
import { version } from "../version.ts";
import { noteCommand } from "./note-command.ts";
import { parsed } from "./parse-args.ts";
import { requireTenant, slugOf } from "./tenant-argument.ts";
import { withDatabase } from "./with-database.ts";

/**
 * Writes everything stored of a tenant, without secrets, as JSON lines to standard output or to
 * `--to`: a first line `{format, version, slug, at}`, one line `{table, row}` per row, and a last
 * line `{end, rows}`, without which the export is not complete. Progress goes to standard error,
 * one JSON line per page.
 */
export async function exportTenantCommand(
  args: readonly string[],
  env: Environment,
): Promise<void> {
  const { positionals, values } = parsed({
    args: [...args],
    options: { slug: { type: "string" }, to: { type: "string" } },
    allowPositionals: true,
  });
  const slug = slugOf(positionals, values.slug);
  await withDatabase(env, (database) =>
    values.to === undefined
      ? exportTo(database, slug, () => process.stdout, { end: false })
      : exportToFile(database, slug, values.to),
  );
}

/** The file appears under its name only when it is whole and on the disk: a deletion may follow. */
export async function exportToFile(database: Database, slug: string, file: string): Promise<void> {
  const partial = `${file}.part`;
  try {
    await exportTo(database, slug, () => createWriteStream(partial, { mode: 0o600, flush: true }), {
      end: true,
    });
    await rename(partial, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** Until then a power cut may take the file's name back. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}

async function exportTo(
  database: Database,
  slug: string,
  open: () => Writable,
  options: { readonly end: boolean },
): Promise<void> {
  const { id } = await requireTenant(database, slug);
  await pipeline(Readable.from(lines(database, id, slug)), open(), options);
  noteCommand("tenant_exported", { tenantId: id });
}

async function* lines(database: Database, tenantId: string, slug: string): AsyncGenerator<string> {
  const line = (value: object): string => `${JSON.stringify(value)}\n`;
  yield line({ format: "waiter tenant export 1", version, slug, at: new Date().toISOString() });
  let rows = 0;
  for await (const page of exportTenant(database, tenantId)) {
    rows += page.length;
    console.error(JSON.stringify({ exporting: slug, table: page[0]?.table, rows }));
    yield page.map(line).join("");
  }
  yield line({ end: true, rows });
}
