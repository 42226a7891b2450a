/** `pnpm start`: the whole system in one command, until Ctrl-C. */
import { join } from "node:path";
import { Launcher } from "./launcher/launcher.ts";
import { readOptions } from "./launcher/options.ts";
import { whenParentEnds } from "./launcher/when-parent-ends.ts";

const root = join(import.meta.dirname, "../../..");

try {
  const launcher = new Launcher(readOptions(process.argv.slice(2), process.env, root), root);
  let stopping = false;
  const stop = (why: string): void => {
    if (stopping) {
      console.log("stopping at once");
      launcher.kill();
      return;
    }
    stopping = true;
    console.log(`\n${why}: stopping everything ...`);
    launcher.stop().then(
      () => console.log("stopped"),
      (error: Error) => {
        console.error(error);
        process.exitCode = 1;
      },
    );
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => stop(signal));
  // A package manager between the terminal and us may be ended without passing that on.
  if (process.env["npm_lifecycle_event"] !== undefined)
    whenParentEnds(() => stop("the calling process ended"));
  try {
    await launcher.start();
  } catch (error) {
    if (!stopping) console.error(`\n${describe(error)}`);
    process.exitCode = stopping ? 0 : 1;
    await launcher.stop();
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

/** The message, and those of its causes. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`;
}
