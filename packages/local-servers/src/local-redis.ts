import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { Redis } from "ioredis";
import { ServerProcess } from "./server-process.ts";
import { waitFor } from "./wait-for.ts";

/** The Redis (or Valkey) server on the PATH. */
export function findRedisServer(path: string | undefined): string | undefined {
  const folders = (path ?? "").split(delimiter);
  return ["redis-server", "valkey-server"]
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find(isExecutable);
}

export interface LocalRedisOptions {
  readonly command: string;
  readonly folder: string;
  readonly port: number;
  readonly args: readonly string[];
  readonly detached?: boolean;
}

/** A Redis of this machine on 127.0.0.1. */
export class LocalRedis {
  readonly url: string;
  readonly port: number;
  readonly #options: LocalRedisOptions;
  #process: ServerProcess | undefined;

  private constructor(options: LocalRedisOptions) {
    this.#options = options;
    this.port = options.port;
    this.url = `redis://127.0.0.1:${options.port}`;
  }

  static async start(options: LocalRedisOptions): Promise<LocalRedis> {
    const server = new LocalRedis(options);
    await server.restart();
    return server;
  }

  get pid(): number | undefined {
    return this.#process?.running === true ? this.#process.pid : undefined;
  }

  /** Resolves when the server process has ended, for whatever reason. */
  get exited(): Promise<void> {
    return this.#process?.exited ?? Promise.resolve();
  }

  /** Starts it on the same port with what it saved, having ended it first if it runs. */
  async restart(): Promise<void> {
    await this.stop();
    const { command, folder, port, args, detached = false } = this.#options;
    const started = new ServerProcess({
      command,
      args: [...args, "--port", String(port), "--bind", "127.0.0.1", "--dir", folder],
      folder,
      detached,
    });
    this.#process = started;
    await waitFor(
      async () => {
        if (!started.running) throw new Error(started.log());
        return (await callRedis(this.port, "PING")) === "PONG";
      },
      10_000,
      "Redis's first answer",
    );
  }

  /** A clean end that saves the data first. */
  async stop(): Promise<void> {
    if (this.#process?.running !== true) return;
    this.#process.resume();
    // a sentinel cannot save; the signal does
    await callRedis(this.port, "SHUTDOWN", "SAVE").catch(() => undefined);
    await this.#process.end("SIGTERM");
  }

  /** A crash: what was not written to disk is lost. */
  async kill(): Promise<void> {
    await this.#process?.end("SIGKILL");
  }

  pause(): void {
    this.#process?.pause();
  }

  resume(): void {
    this.#process?.resume();
  }

  async flush(): Promise<void> {
    await callRedis(this.port, "FLUSHALL");
  }
}

/** One command on a connection of its own. */
export async function callRedis(port: number, name: string, ...args: string[]): Promise<unknown> {
  const redis = new Redis({
    host: "127.0.0.1",
    port,
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: 2_000,
  });
  redis.on("error", () => undefined);
  try {
    await redis.connect();
    return await redis.call(name, ...args);
  } finally {
    // ioredis would keep the process for 2 s to wait for the end of a connection that has ended.
    if (redis.status !== "end") redis.disconnect();
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
