import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** In the environment of every server process: its folder, by which a leftover is recognised. */
const marker = "WAITER_SERVER_FOLDER";

export interface ServerProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** The server's own folder: working directory, `server.log` and `server.pid`. */
  readonly folder: string;
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** In a process group of its own, so that a Ctrl-C in the terminal does not reach it. */
  readonly detached?: boolean;
}

/** A server run as a child process, its output in a file. States: running, paused, exited. */
export class ServerProcess {
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  readonly #logFile: string;

  constructor({ command, args, folder, user, detached = false }: ServerProcessOptions) {
    this.#logFile = join(folder, "server.log");
    const log = openSync(this.#logFile, "a");
    try {
      this.#child = spawn(command, args, {
        cwd: folder,
        env: { ...process.env, [marker]: folder },
        stdio: ["ignore", log, log],
        detached,
        ...user,
      });
    } finally {
      closeSync(log);
    }
    this.exited = new Promise((resolve) => {
      this.#child.once("exit", () => resolve());
      this.#child.once("error", () => resolve());
    });
    if (this.#child.pid !== undefined)
      writeFileSync(join(folder, "server.pid"), `${this.#child.pid}\n`);
  }

  get pid(): number {
    if (this.#child.pid === undefined)
      throw new Error(`${this.#child.spawnfile} could not be started`);
    return this.#child.pid;
  }

  get running(): boolean {
    return (
      this.#child.pid !== undefined &&
      this.#child.exitCode === null &&
      this.#child.signalCode === null
    );
  }

  /** Freezes the process and its children: connections stay open, nothing answers. */
  pause(): void {
    for (const pid of this.#family()) signal(pid, "SIGSTOP");
  }

  resume(): void {
    for (const pid of this.#family()) signal(pid, "SIGCONT");
  }

  /** Ends the process by `how`, by SIGKILL after ten seconds. */
  async end(how: NodeJS.Signals): Promise<void> {
    if (!this.running) return;
    this.resume();
    this.#child.kill(how);
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 10_000);
    await this.exited;
    clearTimeout(timer);
  }

  /** The end of what the server wrote, for error messages. */
  log(): string {
    return readFileSync(this.#logFile, "utf8").split("\n").slice(-15).join("\n");
  }

  #family(): number[] {
    return this.running ? [this.pid, ...childrenOf(this.pid)] : [];
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
      .trim()
      .split(" ")
      .filter(Boolean)
      .map(Number);
  } catch {
    return []; // no /proc on this system: the main process alone has to do
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/**
 * The process that an earlier run left behind in `folder`, if it is still there. Linux only:
 * elsewhere none is found.
 */
export function leftoverOf(folder: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(folder, "server.pid"), "utf8"));
    const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    return environment.includes(`${marker}=${folder}`) ? pid : undefined;
  } catch {
    return undefined; // no pid file, or no such process
  }
}

/** Ends what an earlier run left behind in `folder`: by `how`, after ten seconds by SIGKILL. */
export async function endLeftover(folder: string, how: NodeJS.Signals = "SIGTERM"): Promise<void> {
  const pid = leftoverOf(folder);
  if (pid === undefined) return;
  for (const each of [pid, ...childrenOf(pid)]) signal(each, "SIGCONT");
  signal(pid, how);
  const deadline = Date.now() + 10_000;
  while (leftoverOf(folder) === pid) {
    if (Date.now() > deadline) signal(pid, "SIGKILL");
    await sleep(50);
  }
}
