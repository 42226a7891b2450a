import { callRedis, freePort, waitFor } from "@waiter/local-servers";
import { startRedisProcess } from "./redis.ts";

type Node = Awaited<ReturnType<typeof startRedisProcess>>;

export interface TestRedisCluster extends AsyncDisposable {
  /** `redis-cluster://host:port,...` */
  readonly url: string;
  readonly masters: readonly Node[];
  /** `replicas[i]` follow `masters[i]`, as long as nothing failed over. */
  readonly replicas: readonly (readonly Node[])[];
  stop(): Promise<void>;
}

/** A Redis Cluster on this machine, all slots covered, with a node timeout of 2 s. */
export async function startRedisCluster(masters = 3, replicasPer = 0): Promise<TestRedisCluster> {
  const nodes: Node[] = await Promise.all(
    Array.from({ length: masters * (1 + replicasPer) }, startNode),
  );
  const leaders = nodes.slice(0, masters);
  const [first] = leaders;
  if (first === undefined) throw new Error("a cluster has at least one master");
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
  };
  try {
    await Promise.all(
      leaders.map((node, index) =>
        callRedis(node.port, "CLUSTER", "ADDSLOTSRANGE", ...slots(index, masters)),
      ),
    );
    await Promise.all(
      nodes.map((node, index) =>
        callRedis(node.port, "CLUSTER", "SET-CONFIG-EPOCH", String(index + 1)),
      ),
    );
    for (const node of nodes.slice(1))
      await callRedis(
        node.port,
        "CLUSTER",
        "MEET",
        "127.0.0.1",
        String(first.port),
        String(await busPort(first)),
      );
    await waitFor(
      async () =>
        (await Promise.all(nodes.map(knownNodes))).every((count) => count === nodes.length),
      20_000,
      "the nodes knowing one another",
    );
    const ids = await Promise.all(
      leaders.map(async (node) => String(await callRedis(node.port, "CLUSTER", "MYID"))),
    );
    const followers = nodes.slice(masters);
    await Promise.all(
      followers.map((node, index) =>
        callRedis(node.port, "CLUSTER", "REPLICATE", ids[index % masters] ?? ""),
      ),
    );
    await waitFor(
      async () => (await Promise.all(nodes.map(isWhole))).every(Boolean),
      20_000,
      "the cluster covering all slots",
    );
    await waitFor(
      async () => (await Promise.all(followers.map(isInSync))).every(Boolean),
      20_000,
      "the replicas being in sync",
    );
    return {
      url: `redis-cluster://${nodes.map((node) => `127.0.0.1:${node.port}`).join(",")}`,
      masters: leaders,
      replicas: leaders.map((_, index) => followers.filter((_node, at) => at % masters === index)),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startNode(): Promise<Node> {
  return startRedisProcess([
    "--cluster-enabled",
    "yes",
    "--cluster-port",
    String(await freePort()),
    "--cluster-node-timeout",
    "2000",
    "--repl-diskless-sync-delay",
    "0",
  ]);
}

const busPort = async (node: Node): Promise<number> =>
  Number(((await callRedis(node.port, "CONFIG", "GET", "cluster-port")) as [string, string])[1]);

function slots(index: number, of: number): [string, string] {
  const edge = (at: number): number => Math.floor((16_384 * at) / of);
  return [String(edge(index)), String(edge(index + 1) - 1)];
}

async function knownNodes(node: Node): Promise<number> {
  return Number(
    /cluster_known_nodes:(\d+)/.exec(String(await callRedis(node.port, "CLUSTER", "INFO")))?.[1],
  );
}

async function isWhole(node: Node): Promise<boolean> {
  return String(await callRedis(node.port, "CLUSTER", "INFO")).includes("cluster_state:ok");
}

async function isInSync(node: Node): Promise<boolean> {
  return String(await callRedis(node.port, "INFO", "replication")).includes(
    "master_link_status:up",
  );
}
