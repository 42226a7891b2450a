import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { freePort, waitFor } from "@waiter/local-servers";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let root: string;
const ports = { api: 0, worker: 0 };
type Kind = keyof typeof ports;
const containers: ChildProcess[] = [];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "dev-service-"));
  for (const kind of ["api", "worker"] as const) ports[kind] = await freePort();
  for (const folder of ["services/api/src", "services/worker/src", "packages/events/src"])
    mkdirSync(join(root, folder), { recursive: true });
});
afterEach(async () => {
  for (const container of containers.splice(0)) {
    if (container.exitCode !== null) continue;
    container.kill("SIGTERM");
    await once(container, "exit");
  }
  rmSync(root, { recursive: true });
});

/** A service whose `/livez` says its version and its process; SIGTERM ends it with code 7. */
const service = (version: string): string => `
import { createServer } from "node:http";
const answer = JSON.stringify({ version: "${version}", pid: process.pid });
createServer((request, response) => response.end(answer)).listen(Number(process.env.OPS_PORT));
process.on("SIGTERM", () => process.exit(7));
`;
const write = (path: string, text: string): void => writeFileSync(join(root, path), text);
function start(kind: Kind, ...command: string[]): ChildProcess {
  const args = [
    "--conditions=source",
    join(import.meta.dirname, "dev-service.ts"),
    kind,
    ...command,
  ];
  const container = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, OPS_PORT: `${ports[kind]}` },
    stdio: "ignore",
  });
  containers.push(container);
  return container;
}
const ask = (kind: Kind, path: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${ports[kind]}${path}`);
/** Resolves to its process once this version answers. */
const answers = (kind: Kind, version: string): Promise<number> =>
  waitFor(
    async () => {
      const answer = (await (await ask(kind, "/livez")).json()) as { version: string; pid: number };
      return answer.version === version ? answer.pid : undefined;
    },
    15_000,
    `${kind} ${version}`,
  );

test("a service restarts only for its own sources and shared packages", async () => {
  write("services/api/src/main.ts", service("first"));
  write("services/worker/src/main.ts", service("first"));
  start("api");
  start("worker");
  await answers("api", "first");
  const worker = await answers("worker", "first");

  write("services/api/src/main.ts", service("second"));
  const api = await answers("api", "second");
  expect(await answers("worker", "first")).toBe(worker);

  write("packages/events/src/shared.ts", "export {};");
  await waitFor(
    async () =>
      (await answers("api", "second")) !== api && (await answers("worker", "first")) !== worker,
  );
});

test("a service that cannot start is alive, not ready, until the next change", async () => {
  write("services/api/src/main.ts", "this is no program");
  start("api");
  await waitFor(async () => (await ask("api", "/livez")).status === 200);
  expect((await ask("api", "/readyz")).status).toBe(503);

  write("services/api/src/main.ts", service("mended"));
  await answers("api", "mended");
});

test("a termination signal reaches the service, and its exit code is the container's", async () => {
  write("services/worker/src/main.ts", service("one"));
  const container = start("worker");
  await answers("worker", "one");
  container.kill("SIGTERM");
  expect(await once(container, "exit")).toEqual([7, null]);
});

test("with a command the service does just that, once", async () => {
  write("services/api/src/main.ts", `process.exit(process.argv[2] === "migrate" ? 3 : 0);`);
  expect(await once(start("api", "migrate"), "exit")).toEqual([3, null]);
});
