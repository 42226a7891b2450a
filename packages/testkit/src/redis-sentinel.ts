import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { callRedis, findRedisServer, freePort, LocalRedis, waitFor } from "@waiter/local-servers";
import { startRedisProcess } from "./redis.ts";
import { newServerFolder } from "./run-folder.ts";

type Node = Awaited<ReturnType<typeof startRedisProcess>>;

export interface TestSentinel extends AsyncDisposable {
  /** `redis-sentinel://host:port,.../mymaster` */
  readonly url: string;
  /** The master at the start, and its replicas. */
  readonly master: Node;
  readonly replicas: readonly Node[];
  /** Port of the master as the sentinels see it now. */
  masterPort(): Promise<number>;
  /** Asks a sentinel to make a replica the master; the old one lives on as its replica. */
  failOver(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * One master, its replicas and three sentinels on this machine; a dead master is replaced after
 * about a second.
 */
export async function startSentinel({
  replicas: count = 1,
  sentinels: watchers = 3,
}: { replicas?: number; sentinels?: number } = {}): Promise<TestSentinel> {
  const master = await startRedisProcess(["--repl-diskless-sync-delay", "0"]);
  const replicas = await Promise.all(
    Array.from({ length: count }, () =>
      startRedisProcess([
        "--replicaof",
        "127.0.0.1",
        String(master.port),
        "--repl-diskless-sync-delay",
        "0",
      ]),
    ),
  );
  await waitFor(
    async () => (await Promise.all(replicas.map(isInSync))).every(Boolean),
    20_000,
    "the replicas being in sync",
  );
  const quorum = Math.floor(watchers / 2) + 1;
  const sentinels = await Promise.all(
    Array.from({ length: watchers }, () => startWatcher(master.port, quorum)),
  );
  const stop = async (): Promise<void> => {
    await Promise.all(sentinels.map((sentinel) => sentinel.kill()));
    await Promise.all([master, ...replicas].map((node) => node[Symbol.asyncDispose]()));
  };
  const known = async (sentinel: LocalRedis, what: "slaves" | "sentinels"): Promise<number> =>
    ((await callRedis(sentinel.port, "SENTINEL", what, "mymaster")) as unknown[]).length;
  await waitFor(
    async () =>
      (
        await Promise.all(
          sentinels.map(
            async (each) =>
              (await known(each, "slaves")) === count &&
              (await known(each, "sentinels")) === watchers - 1,
          ),
        )
      ).every(Boolean),
    20_000,
    "the sentinels knowing every server",
  );
  return {
    url: `redis-sentinel://${sentinels.map((sentinel) => `127.0.0.1:${sentinel.port}`).join(",")}/mymaster`,
    master,
    replicas,
    failOver: async () => {
      await callRedis(sentinels[0]?.port ?? 0, "SENTINEL", "FAILOVER", "mymaster");
    },
    masterPort: async () => {
      const [asked] = sentinels;
      const [, port] = (await callRedis(
        asked?.port ?? 0,
        "SENTINEL",
        "GET-MASTER-ADDR-BY-NAME",
        "mymaster",
      )) as [string, string];
      return Number(port);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function startWatcher(masterPort: number, quorum: number): Promise<LocalRedis> {
  const command = findRedisServer(process.env["PATH"]);
  if (command === undefined) throw new Error("redis-server is not on the PATH");
  const folder = newServerFolder("sentinel");
  const config = join(folder, "sentinel.conf");
  writeFileSync(
    config,
    [
      `sentinel monitor mymaster 127.0.0.1 ${masterPort} ${quorum}`,
      "sentinel down-after-milliseconds mymaster 1000",
      "sentinel failover-timeout mymaster 5000",
      "sentinel parallel-syncs mymaster 1",
      "",
    ].join("\n"),
  );
  return LocalRedis.start({
    command,
    folder,
    port: await freePort(),
    args: [config, "--sentinel"],
  });
}

async function isInSync(node: Node): Promise<boolean> {
  return String(await callRedis(node.port, "INFO", "replication")).includes(
    "master_link_status:up",
  );
}
