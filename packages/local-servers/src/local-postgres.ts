import { execFile } from "node:child_process";
import { appendFileSync, chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { postgresBinaries } from "./postgres-binaries.ts";
import { ServerProcess } from "./server-process.ts";
import { waitFor } from "./wait-for.ts";

export interface LocalPostgresOptions {
  /** Keeps `data/` (made when missing), the log and the pid. */
  readonly folder: string;
  readonly port: number;
  readonly password: string;
  /** False for throw-away data: faster, and lost with the machine's power only. */
  readonly durable: boolean;
  readonly detached?: boolean;
}

/** A Postgres of this machine, from the binaries that npm brings. Its superuser is `postgres`. */
export class LocalPostgres {
  readonly url: string;
  readonly #options: LocalPostgresOptions;
  #process: ServerProcess | undefined;

  private constructor(options: LocalPostgresOptions) {
    this.#options = options;
    this.url = `postgres://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${options.port}/postgres`;
  }

  static async start(options: LocalPostgresOptions): Promise<LocalPostgres> {
    const server = new LocalPostgres(options);
    await server.restart();
    return server;
  }

  /**
   * Starts a standby that follows this server, from a copy of its data. Restarts this server, so
   * that the copy is consistent.
   */
  async startStandby({
    folder,
    port,
  }: Pick<LocalPostgresOptions, "folder" | "port">): Promise<LocalPostgres> {
    const data = join(folder, "data");
    await this.stop();
    await promisify(execFile)("cp", ["-a", join(this.#options.folder, "data"), data]);
    const { hostname, port: primaryPort, username } = new URL(this.url);
    const { password } = this.#options;
    const conninfo = `host=${hostname} port=${primaryPort} user=${username} password=${password}`;
    appendFileSync(join(data, "postgresql.auto.conf"), `primary_conninfo = '${conninfo}'\n`);
    writeFileSync(join(data, "standby.signal"), "");
    await this.restart();
    return await LocalPostgres.start({ ...this.#options, folder, port });
  }

  get pid(): number | undefined {
    return this.#process?.running === true ? this.#process.pid : undefined;
  }

  /** Resolves when the server process has ended, for whatever reason. */
  get exited(): Promise<void> {
    return this.#process?.exited ?? Promise.resolve();
  }

  /** Starts it on the same port with the same data, having ended it first if it runs. */
  async restart(): Promise<void> {
    await this.stop();
    const { folder, port, durable, detached = false } = this.#options;
    const binaries = await postgresBinaries();
    const data = join(folder, "data");
    if (!existsSync(join(data, "PG_VERSION"))) await this.#initialise(binaries, data);
    const settings = [
      "listen_addresses=127.0.0.1",
      "unix_socket_directories=",
      "max_connections=300",
      "shared_buffers=64MB",
      "log_min_messages=fatal",
      ...(durable ? [] : ["fsync=off", "full_page_writes=off"]),
    ];
    const started = new ServerProcess({
      command: binaries.postgres,
      args: ["-D", data, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])],
      folder,
      user: binaries.user,
      detached,
    });
    this.#process = started;
    await waitFor(
      async () => {
        if (!started.running) throw new Error(started.log());
        const client = new Client({ connectionString: this.url, connectionTimeoutMillis: 2_000 });
        client.on("error", () => undefined);
        try {
          await client.connect();
          return true;
        } finally {
          await client.end().catch(() => undefined);
        }
      },
      30_000,
      "Postgres's first answer",
    );
  }

  /** A fast shutdown: sessions are ended, data is kept. */
  async stop(): Promise<void> {
    await this.#process?.end("SIGINT");
  }

  /** A crash: nothing is written any more. */
  async kill(): Promise<void> {
    await this.#process?.end("SIGQUIT");
  }

  pause(): void {
    this.#process?.pause();
  }

  resume(): void {
    this.#process?.resume();
  }

  async #initialise(
    { initdb, user }: Awaited<ReturnType<typeof postgresBinaries>>,
    data: string,
  ): Promise<void> {
    const { folder, password } = this.#options;
    rmSync(data, { recursive: true, force: true });
    mkdirSync(data, { recursive: true, mode: 0o700 });
    const passwordFile = join(folder, "password");
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (user !== undefined)
      for (const path of [data, passwordFile]) chownSync(path, user.uid, user.gid);
    try {
      await promisify(execFile)(
        initdb,
        [
          "-D",
          data,
          "-U",
          "postgres",
          `--pwfile=${passwordFile}`,
          "--auth=scram-sha-256",
          "--encoding=UTF8",
          "--locale-provider=builtin",
          "--locale=C.UTF-8",
          "--no-sync",
          "--no-instructions",
        ],
        { cwd: folder, ...user },
      );
    } finally {
      rmSync(passwordFile, { force: true });
    }
  }
}
