/** Where Redis is, as a URL says it. */
export type RedisTarget = Credentials & {
  readonly tls: boolean;
  /** A further name that certificates may have. */
  readonly tlsServername?: string;
} & (
    | { readonly kind: "standalone"; readonly nodes: readonly [RedisNode]; readonly db: number }
    | {
        readonly kind: "sentinel";
        readonly nodes: readonly RedisNode[];
        readonly master: string;
        readonly db: number;
        readonly sentinelPassword?: string;
        /** Whether the sentinels themselves speak TLS. */
        readonly sentinelTls: boolean;
      }
    | { readonly kind: "cluster"; readonly nodes: readonly RedisNode[] }
  );

export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

interface Credentials {
  readonly username?: string;
  readonly password?: string;
}

const pattern =
  /^(redis|rediss|redis-sentinel|redis-cluster):\/\/(?:([^@/]*)@)?([^/?#]+)(\/[^?#]*)?(?:\?([^#]*))?$/;

/**
 * Reads a Redis URL:
 * `redis://[user:password@]host[:port][/db]`, `rediss://` with TLS,
 * `redis-sentinel://[user:password@]host[:26379],host/master[/db][?tls=true&sentinelPassword=...]`,
 * where `sentinelTls=false` is for sentinels without TLS in front of servers with it,
 * `redis-cluster://[user:password@]host[:6379],host[?tls=true]`.
 * With TLS `tlsServername=host` is a further name that certificates may have.
 * Throws an `Error` that does not repeat the URL, which may hold a password.
 */
export function parseRedisUrl(url: string): RedisTarget {
  const match = pattern.exec(url);
  if (match === null)
    throw new Error(
      "the Redis URL is not redis://, rediss://, redis-sentinel:// or redis-cluster:// with a host",
    );
  const [, scheme, credentials, hosts = "", path = "", query = ""] = match;
  const parameters = new URLSearchParams(query);
  const tls = scheme === "rediss" || parameters.get("tls") === "true";
  const tlsServername = parameters.get("tlsServername");
  const common = {
    tls,
    ...(tlsServername !== null && { tlsServername }),
    ...parseCredentials(credentials),
  };
  const segments = path.split("/").slice(1).filter(Boolean).map(decodeURIComponent);
  const nodes = hosts
    .split(",")
    .map((host) => parseNode(host, scheme === "redis-sentinel" ? 26_379 : 6_379));
  if (scheme === "redis-cluster") {
    if (segments.length > 0 && segments[0] !== "0")
      throw new Error(
        "a Redis Cluster has database 0 only: expected no path in the redis-cluster URL",
      );
    return { kind: "cluster", nodes, ...common };
  }
  if (scheme === "redis-sentinel") {
    const [master, db] = segments;
    if (master === undefined)
      throw new Error(
        "the redis-sentinel URL names no master: expected redis-sentinel://host1,host2/mymaster",
      );
    const sentinelPassword = parameters.get("sentinelPassword");
    return {
      kind: "sentinel",
      nodes,
      master,
      db: parseDb(db),
      ...common,
      sentinelTls: (parameters.get("sentinelTls") ?? String(tls)) === "true",
      ...(sentinelPassword !== null && { sentinelPassword }),
    };
  }
  const [node] = nodes;
  if (node === undefined || nodes.length > 1)
    throw new Error(
      "the Redis URL names several hosts: expected one, or redis-sentinel:// or redis-cluster://",
    );
  return { kind: "standalone", nodes: [node], db: parseDb(segments[0]), ...common };
}

function parseCredentials(text: string | undefined): Credentials {
  if (text === undefined || text === "") return {};
  const colon = text.indexOf(":");
  const username = decodeURIComponent(colon < 0 ? text : text.slice(0, colon));
  const password = colon < 0 ? "" : decodeURIComponent(text.slice(colon + 1));
  return { ...(username !== "" && { username }), ...(password !== "" && { password }) };
}

function parseNode(text: string, defaultPort: number): RedisNode {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/.exec(text.trim());
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  if (host === undefined || port < 1 || port > 65_535)
    throw new Error("a host of the Redis URL is not host[:port]");
  return { host, port };
}

function parseDb(text: string | undefined): number {
  if (text === undefined) return 0;
  if (!/^\d{1,4}$/.test(text)) throw new Error("the database of the Redis URL is not a number");
  return Number(text);
}
