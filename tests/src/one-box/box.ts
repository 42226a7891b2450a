import { execFile, execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../../..");
const document = readFileSync(join(root, "docs/one-box.md"), "utf8");
const baseImages = ["node:24-bookworm-slim", "postgres:18-bookworm", "redis:7-bookworm", "caddy:2"];

const succeeds = (program: string, ...args: string[]): boolean =>
  spawnSync(program, args, { stdio: "ignore", timeout: 120_000 }).status === 0;

/** Why no box can run on this machine; undefined if one can. */
export function whyNoBox(): string | undefined {
  if (!succeeds("docker", "info")) return "no Docker engine answers";
  if (!succeeds("docker", "compose", "version")) return "docker compose is not installed";
  const missing = baseImages.find(
    (image) => !succeeds("docker", "image", "inspect", image) && !succeeds("docker", "pull", image),
  );
  return missing === undefined ? undefined : `the image ${missing} cannot be pulled`;
}

/** The lines of the first shell block of a section of docs/one-box.md. */
export function commandsOf(section: string): string[] {
  const text = document.slice(document.indexOf(`\n## ${section}\n`));
  const block = /```sh\n([\s\S]*?)```/.exec(text)?.[1];
  if (!document.includes(`\n## ${section}\n`) || block === undefined)
    throw new Error(`docs/one-box.md has no commands in "${section}"`);
  return block.trim().split("\n");
}

/** A clone of this repository on which the document's commands run, beside any other box. */
export class Box implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "one-box-"));
  readonly ports: { readonly http: number; readonly https: number };

  constructor(ports: { readonly http: number; readonly https: number }) {
    this.ports = ports;
    execFileSync("git", ["clone", "--quiet", root, this.#folder]);
  }

  get deploy(): string {
    return join(this.#folder, "deploy");
  }

  /** What a test changes: other ports and names, and Caddy's own authority. */
  configure(): void {
    const { http, https } = this.ports;
    const lines = [
      `COMPOSE_PROJECT_NAME=waiter-box-${process.pid}`,
      "WAITER_TLS_ISSUER=internal",
      `WAITER_HTTP_PORT=127.0.0.1:${http}`,
      `WAITER_HTTPS_PORT=127.0.0.1:${https}`,
      `WAITER_SUBNET=172.31.${process.pid % 200}.0/24`,
    ];
    appendFileSync(join(this.deploy, ".env"), `${lines.join("\n")}\n`);
  }

  /** Runs a command of the document in the folder deploy/. */
  async run(command: string): Promise<string> {
    const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", command], {
      cwd: this.deploy,
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], DOCKER_BUILDKIT: "1" },
      maxBuffer: 50_000_000,
    });
    return stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.run("docker compose down --volumes --remove-orphans");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
