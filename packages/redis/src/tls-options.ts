import { isIP } from "node:net";
import { checkServerIdentity, type ConnectionOptions } from "node:tls";
import type { RedisNode, RedisTarget } from "./target.ts";

/** Certificates of a TLS connection, PEM. */
export interface RedisCertificates {
  /** Authorities that sign the servers' certificates, instead of those of Node. */
  readonly ca?: string | undefined;
  /** Client certificate and its private key, for servers that require one. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/**
 * TLS options for every node of a target. Sentinels and Clusters name their nodes by address, while
 * certificates name hosts: a node at an IP address may also present a certificate for a host that
 * the URL names, as seed or as `tlsServername`. The chain of signatures is always verified.
 */
export function tlsOptions(
  { nodes, tlsServername }: Pick<RedisTarget, "nodes" | "tlsServername">,
  { ca, cert, key }: RedisCertificates = {},
): ConnectionOptions {
  const names = [...(tlsServername === undefined ? [] : [tlsServername]), ...hostNames(nodes)];
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    checkServerIdentity: (host, certificate) => {
      const problem = checkServerIdentity(host, certificate);
      if (problem === undefined || (isIP(host) === 0 && host !== "")) return problem;
      const fits = names.some((name) => checkServerIdentity(name, certificate) === undefined);
      return fits ? undefined : problem;
    },
  };
}

const hostNames = (nodes: readonly RedisNode[]): string[] =>
  nodes.map(({ host }) => host).filter((host) => isIP(host) === 0);
