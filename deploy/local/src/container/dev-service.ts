/**
 * One service in a container of its own, for development: `dev-service.ts api|gateway|worker`.
 *
 * It is started again in place, at once, when a source changes that concerns it; the api's also
 * builds the pages again. A service that cannot start waits for the next change; its probes are
 * answered meanwhile. With further arguments (`migrate`) the service does just that, once. Called
 * in the folder of the sources.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { buildWeb } from "../sources/build-web.ts";
import { StandIn } from "./stand-in.ts";
import { serviceFolders, watchSources, type ServiceKind } from "../sources/watch-sources.ts";

/**
 * A service that lived longer than this did start: when it ends by itself it restarts at once.
 */
const startMs = 10_000;

/** Of the sources: the place it is called in. */
const root = process.cwd();
const [kind, ...command] = process.argv.slice(2);
if (kind === undefined || !(kind in serviceFolders))
  throw new Error(`one of ${Object.keys(serviceFolders).join(", ")} must be named`);
const main = join(root, serviceFolders[kind as ServiceKind], "src/main.ts");
const keepCompileCache = new URL("keep-compile-cache.ts", import.meta.url).href;
// Node then strips the types of a file once, not at every start.
const env = { ...process.env, NODE_COMPILE_CACHE: join(root, ".waiter/compile-cache") };

const run = (): ChildProcess =>
  spawn(process.execPath, ["--conditions=source", "--import", keepCompileCache, main, ...command], {
    stdio: "inherit",
    env,
  });
const ended = new AbortController();
let child = run();

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    ended.abort();
    if (!child.kill(signal)) process.exit();
  });
}

if (command.length > 0) child.once("exit", (code) => (process.exitCode = code ?? 1));
else supervise();

function supervise(): void {
  const standIn = new StandIn(Number(process.env["OPS_PORT"] ?? process.env["PORT"]));
  let restarting = false;
  let down = watchOver(child);

  watchSources(root, ended.signal, ({ web, services }) => {
    if (web && kind === "api") rebuildPages();
    if (services.has(kind as ServiceKind) && !restarting) void restart();
  });

  /** Without a drain: the developer waits for the new version. */
  async function restart(): Promise<void> {
    restarting = true;
    console.log(`changed: ${kind} starts again`);
    child.kill("SIGKILL");
    await down;
    await standIn.close();
    start();
    restarting = false;
  }

  function start(): void {
    child = run();
    down = watchOver(child);
  }

  /** Resolves when it has ended. */
  async function watchOver(service: ChildProcess): Promise<void> {
    const started = Date.now();
    const how = await new Promise<number | string>((resolve) =>
      service.once("exit", (code, signal) => resolve(signal ?? code ?? 0)),
    );
    if (ended.signal.aborted) process.exitCode = typeof how === "number" ? how : 0;
    if (ended.signal.aborted || restarting) return;
    const lasted = Date.now() - started > startMs;
    console.log(`${kind} ended (${how}): it starts again ${lasted ? "now" : "at the next change"}`);
    if (lasted) start();
    else standIn.open();
  }
}

function rebuildPages(): void {
  buildWeb(root).then(
    () => console.log("changed: the pages are built"),
    (error: Error) => console.error(error.message),
  );
}
