import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { generateKeys, generateVapidKeys, newSecret } from "@waiter/auth";
import { freePort } from "@waiter/local-servers";

/** What must stay the same from one run to the next. */
export interface State {
  readonly keys: { readonly privatePem: string; readonly publicPem: string };
  /** Of Web Push. */
  readonly vapid: { readonly publicKey: string; readonly privateKey: string };
  readonly internalToken: string;
  readonly platformAdminToken: string;
  /** Passwords of the Postgres roles. */
  readonly passwords: {
    readonly admin: string;
    readonly owner: string;
    readonly app: string;
    readonly relay: string;
  };
  /** Name of a listener -> its port. */
  readonly ports: Record<string, number>;
}

/** The launcher's folder: state, data of the stores, logs, `local.json`. */
export class Home {
  readonly folder: string;
  readonly state: State;

  /**
   * @param reset whether a state that cannot be read may be replaced: the data that it belongs to
   * goes too.
   */
  constructor(folder: string, { reset = false }: { readonly reset?: boolean } = {}) {
    this.folder = folder;
    // Postgres, started as root, runs as another user and must get through.
    mkdirSync(join(folder, "logs"), { recursive: true, mode: 0o755 });
    // A state of an earlier release has no keys of a later one.
    this.state = { ...newState(), ...this.#read(reset) };
    this.#save();
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  /** The port that `name` had in the last run, or a free one if another program has taken it. */
  async port(name: string): Promise<number> {
    const before = this.state.ports[name];
    const port = before !== undefined && (await isFree(before)) ? before : await freePort();
    if (port !== before) {
      this.state.ports[name] = port;
      this.#save();
    }
    return port;
  }

  /**
   * Writes a file so that a reader sees the old or the new one, never a part. Only its owner may
   * read it.
   */
  write(name: string, text: string): void {
    const target = this.path(name);
    writeFileSync(`${target}.new`, text, { mode: 0o600 });
    renameSync(`${target}.new`, target);
  }

  remove(name: string): void {
    rmSync(this.path(name), { force: true, recursive: true });
  }

  #read(reset: boolean): State | undefined {
    try {
      return JSON.parse(readFileSync(this.path("state.json"), "utf8")) as State;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT" || reset) return undefined;
      throw new Error(
        `${this.path("state.json")} cannot be read; start with --reset to begin with empty data`,
        { cause: error },
      );
    }
  }

  #save(): void {
    this.write("state.json", JSON.stringify(this.state, null, 2));
  }
}

function newState(): State {
  const password = (): string => randomBytes(16).toString("hex");
  return {
    keys: generateKeys(),
    vapid: generateVapidKeys(),
    internalToken: newSecret(),
    platformAdminToken: newSecret(),
    passwords: { admin: password(), owner: password(), app: password(), relay: password() },
    ports: {},
  };
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
