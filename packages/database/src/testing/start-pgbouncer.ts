import { spawnSync } from "node:child_process";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, ServerProcess } from "@waiter/local-servers";

export interface TestPgBouncer extends AsyncDisposable {
  /** The same database and role, through PgBouncer. */
  through(url: string): string;
}

const version = spawnSync("pgbouncer", ["--version"], { encoding: "utf8" });
const [, major = 0, minor = 0] = /PgBouncer (\d+)\.(\d+)/.exec(String(version.stdout)) ?? [];

/** Whether `pgbouncer` is on the PATH. */
export const hasPgBouncer = (): boolean => version.status === 0;

/** Whether it carries named statements as it is configured by default: from 1.24 on. */
export const carriesNames = (): boolean => Number(major) * 1_000 + Number(minor) >= 1_024;

/**
 * PgBouncer in transaction mode before one database, for the roles of `urls`, with
 * `serverConnections` to Postgres per role.
 */
export async function startPgBouncer({
  urls,
  serverConnections,
  serverPort,
}: {
  urls: readonly string[];
  serverConnections: number;
  /** Where it finds Postgres, instead of the URLs' port. */
  serverPort?: number;
}): Promise<TestPgBouncer> {
  const port = await freePort();
  const { hostname, port: postgresPort, pathname } = new URL(urls[0] ?? "");
  const folder = mkdtempSync(join(tmpdir(), "waiter-pgbouncer-"));
  const settings = {
    listen_addr: "127.0.0.1",
    listen_port: port,
    unix_socket_dir: "",
    pool_mode: "transaction",
    default_pool_size: serverConnections,
    auth_type: "plain",
    auth_file: join(folder, "users"),
  };
  const lines = [
    "[databases]",
    `${pathname.slice(1)} = host=${hostname} port=${serverPort ?? postgresPort}`,
    "[pgbouncer]",
    ...Object.entries(settings).map((pair) => pair.join(" = ")),
  ];
  const users = urls.map((url) => {
    const { username, password } = new URL(url);
    return `"${username}" "${decodeURIComponent(password)}"`;
  });
  writeFileSync(join(folder, "pgbouncer.ini"), `${lines.join("\n")}\n`);
  writeFileSync(join(folder, "users"), `${users.join("\n")}\n`);
  // PgBouncer refuses to run as root.
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const bouncer = new ServerProcess({
    command: "pgbouncer",
    args: [join(folder, "pgbouncer.ini")],
    folder,
    user,
  });
  return {
    through: (url) => Object.assign(new URL(url), { host: `127.0.0.1:${port}` }).href,
    [Symbol.asyncDispose]: async () => {
      await bouncer.end("SIGINT");
      rmSync(folder, { recursive: true });
    },
  };
}
