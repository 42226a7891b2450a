import { Cluster, Redis } from "ioredis";
import {
  clusterOptions,
  redisOptions,
  type ClientTuning,
  type RedisRole,
} from "./client-options.ts";
import { allowMissingInfo } from "./allow-missing-info.ts";
import { handleRejections } from "./handle-rejections.ts";
import { parseRedisUrl } from "./target.ts";
import { surviveLateErrors } from "./survive-late-errors.ts";
import type { RedisCertificates } from "./tls-options.ts";
import { writeTogether } from "./write-together.ts";

allowMissingInfo();
handleRejections();

interface ClientRequest {
  readonly url: string;
  readonly name: string;
  readonly role: RedisRole;
  readonly commandTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  readonly autoResubscribe?: boolean;
  readonly certificates?: RedisCertificates;
}

/** The ioredis client for a URL; nothing is connected yet. */
export function createClient(
  options: ClientRequest,
  hooks: Pick<ClientTuning, "delay" | "onSentinelsAway">,
): Redis | Cluster {
  const target = parseRedisUrl(options.url);
  const tuning: ClientTuning = {
    name: options.name,
    role: options.role,
    commandTimeoutMs: options.commandTimeoutMs ?? 500,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    autoResubscribe: options.autoResubscribe ?? true,
    ...(options.certificates !== undefined && { certificates: options.certificates }),
    ...hooks,
  };
  const client =
    target.kind === "cluster"
      ? new Cluster(
          target.nodes.map((node) => ({ ...node })),
          clusterOptions(target, tuning),
        )
      : new Redis({ ...redisOptions(target, tuning), replyMapping: "legacy" });
  surviveLateErrors(client);
  writeTogether(client);
  return client;
}
