import { rmSync } from "node:fs";
import { callRedis, findRedisServer, freePort, LocalRedis, waitFor } from "@waiter/local-servers";
import { chooseBackend, images } from "./backend.ts";
import { Container, loadTestcontainers, runLabel } from "./container.ts";
import { newServerFolder } from "./run-folder.ts";
import { requiredTestEnvironment, testEnvironment } from "./test-environment.ts";

export interface TestRedis extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** A clean end that saves the data for `restart`. */
  stop(): Promise<void>;
  /** A crash: what was not written to disk is lost. */
  kill(): Promise<void>;
  /** Freezes it: connections stay open, nothing answers. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Same port, with what was saved. */
  restart(): Promise<void>;
  flush(): Promise<void>;
}

/** What a server for tests is started with: nothing is saved unless asked. */
const throwAway = ["--save", "", "--appendonly", "no"];

/** The Redis that all tests of the run share: never flush it, use names of your own. */
export const sharedRedisUrl = (): string => requiredTestEnvironment("redisUrl");

/**
 * Starts a Redis for one test, where the run's servers are. `args` are more settings of
 * redis-server.
 */
export async function startRedis({
  args = [],
}: { args?: readonly string[] } = {}): Promise<TestRedis> {
  return (await chooseBackend()) === "containers" ? startContainer(args) : startRedisProcess(args);
}

/**
 * The same, always as a process of this machine: members of a cluster, and a primary and its
 * replica, must reach one another.
 */
export async function startRedisProcess(
  args: readonly string[] = [],
  port?: number,
): Promise<TestRedis & { readonly pid: number | undefined }> {
  const command = findRedisServer(process.env["PATH"]);
  if (command === undefined)
    throw new Error(
      "neither redis-server nor valkey-server is on the PATH (Debian: apt-get install redis-server)",
    );
  const folder = newServerFolder("redis");
  const server = await LocalRedis.start({
    command,
    folder,
    port: port ?? (await freePort()),
    args: [...throwAway, ...args],
  });
  return {
    url: server.url,
    port: server.port,
    get pid() {
      return server.pid;
    },
    stop: () => server.stop(),
    kill: () => server.kill(),
    pause: async () => server.pause(),
    resume: async () => server.resume(),
    restart: () => server.restart(),
    flush: () => server.flush(),
    [Symbol.asyncDispose]: async () => {
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startContainer(args: readonly string[]): Promise<TestRedis> {
  const { GenericContainer, Wait } = await loadTestcontainers();
  const port = await freePort();
  const container = await Container.start(
    new GenericContainer(images.redis)
      .withExposedPorts({ container: 6379, host: port })
      .withLabels({ [runLabel]: testEnvironment("folder") ?? "" })
      .withWaitStrategy(Wait.forListeningPorts())
      .withCommand(["redis-server", ...throwAway, ...args]),
  );
  const answers = () => waitFor(() => callRedis(port, "PING"), 30_000, "Redis's first answer");
  await answers();
  const stop = async (): Promise<void> => {
    await container.resume();
    await callRedis(port, "SAVE").catch(() => undefined); // it may be down already
    await container.end("SIGTERM");
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    stop,
    kill: () => container.end("SIGKILL"),
    pause: () => container.pause(),
    resume: () => container.resume(),
    restart: async () => {
      await stop();
      await container.startAgain();
      await answers();
    },
    flush: async () => {
      await callRedis(port, "FLUSHALL");
    },
    [Symbol.asyncDispose]: () => container.remove(),
  };
}
