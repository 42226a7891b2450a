import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadKeys, type KeyRing } from "@waiter/auth";

/** `.waiter/local.json`, as protocol.md names it. */
export interface LocalFile {
  readonly origin: string;
  readonly tenantOrigin: string;
  readonly tableToken: string;
  readonly staffMembers: readonly { readonly email: string; readonly password: string; readonly role: string }[];
  readonly tables: readonly { readonly label: string; readonly token: string }[];
  readonly api: string;
  readonly apis: readonly string[];
  readonly gateways: readonly string[];
  readonly worker: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly pids: {
    readonly api: number | number[];
    readonly gateways: readonly number[];
    readonly worker: number;
    readonly postgres?: number;
    readonly redis?: number;
  };
}

export interface LocalSystemOptions {
  readonly gateways?: number;
  readonly apis?: number;
  readonly env?: Record<string, string>;
}

/** The whole of Waiter, started by its own launcher in a home of its own; `await using` stops it and removes the home. */
export class LocalSystem implements AsyncDisposable {
  #keys: KeyRing | undefined;
  /** `DOMAIN_URL` of the system: the issuer of its tokens. */
  readonly domainUrl: string;
  readonly #launcher: ChildProcess;
  readonly #home: string;

  private constructor(launcher: ChildProcess, home: string, domainUrl: string) {
    this.#launcher = launcher;
    this.#home = home;
    this.domainUrl = domainUrl;
    process.once("exit", this.#endWithUs);
  }

  /** A bench that fails by an exception nobody caught leaves nothing running either. */
  readonly #endWithUs = (): void => void this.#launcher.kill("SIGINT");

  static async start(options: LocalSystemOptions = {}): Promise<LocalSystem> {
    const home = mkdtempSync(join(tmpdir(), "waiter-bench-"));
    const port = await freePort();
    const launcher = spawn(process.execPath, ["--conditions=source", join(import.meta.dirname, "../../../../deploy/local/src/main.ts")], {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        PORT: String(port),
        WAITER_HOME: home,
        WAITER_GATEWAYS: String(options.gateways ?? 1),
        WAITER_APIS: String(options.apis ?? 1),
        ...options.env,
      },
    });
    let output = "";
    for (const stream of [launcher.stdout, launcher.stderr]) stream.on("data", (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000)));
    const system = new LocalSystem(launcher, home, `http://localhost:${port}`);
    for (const end = Date.now() + 180_000; ;) {
      if (launcher.exitCode !== null || Date.now() > end) throw new Error(`Waiter did not start:\n${output}`);
      try {
        if (system.local().origin && (await fetch(`http://127.0.0.1:${port}/api/health`)).ok) return system;
      } catch {
        // not there yet
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** The file as it is now: process ids change when a service is started again. */
  local(): LocalFile {
    return JSON.parse(readFileSync(join(this.#home, "local.json"), "utf8")) as LocalFile;
  }

  /** The keys that the launcher made for this home: the bench signs the tokens of its many guests itself. */
  get keys(): KeyRing {
    if (this.#keys === undefined) {
      const { keys } = JSON.parse(readFileSync(join(this.#home, "state.json"), "utf8")) as { keys: { privatePem: string; publicPem: string } };
      this.#keys = loadKeys(keys.privatePem, keys.publicPem);
    }
    return this.#keys;
  }

  get tenantHost(): string {
    return new URL(this.local().tenantOrigin).host;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.off("exit", this.#endWithUs);
    if (this.#launcher.exitCode === null) {
      this.#launcher.kill("SIGINT");
      const timer = setTimeout(() => this.#launcher.kill("SIGKILL"), 90_000);
      await once(this.#launcher, "exit");
      clearTimeout(timer);
    }
    rmSync(this.#home, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
