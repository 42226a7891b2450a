import { spawn } from "node:child_process";
import { freePort, waitFor } from "@waiter/local-servers";

export interface RunningService extends AsyncDisposable {
  readonly origin: string;
  readonly pid: number;
  /** Everything it has written so far (its last 200 kB). */
  output(): string;
  /** Sends `signal` and waits for the end: the exit code, or the signal that ended it. */
  end(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
  readonly exited: Promise<number | NodeJS.Signals>;
}

/**
 * Runs a program of the repository's sources (`main` is an absolute path) on a free port of
 * 127.0.0.1, and waits until `/readyz` answers 200 (unless `ready` is false).
 */
export async function spawnService(
  main: string,
  env: Record<string, string>,
  { ready = true, timeoutMs = 60_000 } = {},
): Promise<RunningService> {
  const port = Number(env["PORT"] ?? (await freePort()));
  const origin = `http://127.0.0.1:${env["OPS_PORT"] ?? port}`;
  const child = spawn(process.execPath, ["--conditions=source", "--enable-source-maps", main], {
    env: { PATH: process.env["PATH"], HOST: "127.0.0.1", ...env, PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-200_000);
    });
  }
  const exited = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal ?? -1));
  });
  const end = async (signal: NodeJS.Signals = "SIGTERM"): Promise<number | NodeJS.Signals> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return exited;
  };
  const service: RunningService = {
    origin: `http://127.0.0.1:${port}`,
    pid: child.pid ?? -1,
    output: () => output,
    end,
    exited,
    [Symbol.asyncDispose]: async () => {
      await end("SIGKILL");
    },
  };
  if (!ready) return service;
  try {
    await waitFor(
      async () => {
        if (child.exitCode !== null || child.signalCode !== null) return "exited";
        return (await fetch(`${origin}/readyz`)).ok ? "ready" : undefined;
      },
      timeoutMs,
      `${main} being ready`,
    );
    if (child.exitCode !== null || child.signalCode !== null) throw new Error("it ended");
    return service;
  } catch (cause) {
    await end("SIGKILL");
    throw new Error(`${main} did not become ready:\n${output.slice(-4_000)}`, { cause });
  }
}
