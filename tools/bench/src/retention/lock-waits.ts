import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import pg from "pg";
import type { LocalSystem } from "../system/local-system.ts";

/** A wait for a lock that Postgres wrote down. */
export interface LockWait {
  /** The applications of the session that waits and of the session that holds the lock. */
  readonly waits: string;
  readonly holds: string;
  readonly relation: string;
  readonly text: string;
}

const waitLine = /still waiting for/;
/** Each entry begins with its date. */
const entryBegin = /^(?=\d{4}-\d\d-\d\d )/m;
const detailEntries = 4;

/**
 * Makes Postgres write down every wait for a lock that takes longer than `overMs`, and ends the
 * sessions of the services, which connect again with this setting. Returns a function that gives
 * the waits since its last call.
 *
 * The settings are the database's: those of the server's command line overrule its file.
 */
export async function noteLockWaits(
  system: LocalSystem,
  admin: pg.Client,
  overMs: number,
): Promise<() => Promise<LockWait[]>> {
  const database = admin.escapeIdentifier(new URL(system.adminDatabaseUrl).pathname.slice(1));
  for (const setting of [
    `deadlock_timeout = ${overMs}`,
    "log_lock_waits = on",
    "log_min_messages = log",
  ])
    await admin.query(`alter database ${database} set ${setting}`);
  await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`);
  const { rows } = await admin.query<{ data_directory: string }>("show data_directory");
  const log = join(dirname(rows[0]?.data_directory ?? ""), "server.log");
  const read = (): string[] =>
    readFileSync(log, "utf8")
      .split(entryBegin)
      .flatMap((entry, index, entries) =>
        // Whom it waits for, where, and the statement follow as entries of their own.
        waitLine.test(entry) ? [entries.slice(index, index + detailEntries).join("")] : [],
      );
  await provoke(system, admin, overMs, read);
  let known = read().length;
  return async () => {
    const entries = read();
    const added = entries.slice(known);
    known = entries.length;
    const { rows: sessions } = await admin.query<{ pid: number; name: string }>(
      "select pid, application_name as name from pg_stat_activity",
    );
    const names = new Map(sessions.map(({ pid, name }) => [pid, name]));
    const nameOf = (pid: string | undefined) => names.get(Number(pid)) ?? "a session that ended";
    return added.map((text) => ({
      waits: nameOf(/process (\d+) still waiting/.exec(text)?.[1]),
      holds: nameOf(/holding the lock: (\d+)/.exec(text)?.[1]),
      relation: /relation "(\w+)"/.exec(text)?.[1] ?? "none",
      text,
    }));
  };
}

/** One wait of our own proves that waits are written down. @throws otherwise. */
async function provoke(
  system: LocalSystem,
  admin: pg.Client,
  overMs: number,
  read: () => string[],
): Promise<void> {
  const before = read().length;
  const other = new pg.Client(system.adminDatabaseUrl);
  await other.connect();
  try {
    await admin.query("begin");
    await admin.query("select pg_advisory_xact_lock(1)");
    await other.query(`set lock_timeout = ${overMs + 400}`);
    await other.query("select pg_advisory_xact_lock(1)").catch(() => undefined);
    await admin.query("commit");
  } finally {
    await other.end();
  }
  if (read().length === before) throw new Error("Postgres does not write down waits for locks");
}
