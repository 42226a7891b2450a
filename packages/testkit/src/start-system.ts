import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, waitFor } from "@waiter/local-servers";
import type { LocalFile } from "./local-file.ts";

const main = join(import.meta.dirname, "../../../deploy/local/src/main.ts");

/**
 * The whole system, started the way a person starts it; at the end of its scope it is stopped and
 * its home removed.
 */
export interface System extends AsyncDisposable {
  /** The launcher's folder. */
  readonly home: string;
  /** As the launcher describes it now: pids change when something was started again. */
  readonly file: LocalFile;
  /** Reaches the demo restaurant where its name does not resolve: for the SDK and for `ask`. */
  readonly tenant: { readonly baseUrl: string; readonly headers: { readonly host: string } };
  /** What the launcher has printed. */
  output(): string;
  /** What a service has logged: `api-1`, `gateway-1`, `worker`. */
  log(name: string): string;
  /**
   * Sends the launcher a signal and waits for its end: the exit code, or the signal that ended it.
   */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

export interface SystemOptions {
  readonly gateways?: number;
  readonly apis?: number;
  readonly env?: Record<string, string>;
}

/**
 * Starts the launcher on free ports with a home of its own, and waits until it says that it is
 * ready.
 */
export async function startSystem({
  gateways = 1,
  apis = 1,
  env = {},
}: SystemOptions = {}): Promise<System> {
  const home = mkdtempSync(join(tmpdir(), "waiter-system-"));
  chmodSync(home, 0o755);
  const port = await freePort();
  const child = spawn(process.execPath, ["--conditions=source", main], {
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      WAITER_HOME: home,
      PORT: String(port),
      WAITER_GATEWAYS: String(gateways),
      WAITER_APIS: String(apis),
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const exited = new Promise<number | NodeJS.Signals>((resolve) =>
    child.once("close", (code, signal) => resolve(code ?? signal ?? -1)),
  );
  // A test process that ends by an uncaught exception leaves nothing running either.
  const endWithUs = (): void => void child.kill("SIGINT");
  process.once("exit", endWithUs);
  void exited.then(() => process.off("exit", endWithUs));
  const running = (): boolean => child.exitCode === null && child.signalCode === null;
  const end = (signal: NodeJS.Signals): Promise<number | NodeJS.Signals> => {
    if (running()) child.kill(signal);
    return exited;
  };
  const read = (): LocalFile =>
    JSON.parse(readFileSync(join(home, "local.json"), "utf8")) as LocalFile;
  const dispose = async (): Promise<void> => {
    await end("SIGTERM");
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await waitFor(
      () => !running() || output.includes("Waiter is ready"),
      120_000,
      "the system being ready",
    );
    if (!running()) throw new Error("the launcher ended");
    read();
  } catch (cause) {
    await dispose();
    throw new Error(`the system did not start:\n${output}`, { cause });
  }
  return {
    home,
    get file() {
      return read();
    },
    tenant: { baseUrl: `http://127.0.0.1:${port}`, headers: { host: `demo.localhost:${port}` } },
    output: () => output,
    log: (name) => readFileSync(join(home, "logs", `${name}.log`), "utf8"),
    end,
    [Symbol.asyncDispose]: dispose,
  };
}
