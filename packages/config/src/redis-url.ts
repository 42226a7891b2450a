export interface RedisVariables {
  readonly REDIS_URL?: string | undefined;
  readonly REDIS_HOST?: string | undefined;
  readonly REDIS_PORT?: number | undefined;
}

/** REDIS_URL, or what REDIS_HOST and REDIS_PORT say instead. */
export function redisUrlFrom(config: RedisVariables): string | undefined {
  if (config.REDIS_URL !== undefined) return config.REDIS_URL;
  if (config.REDIS_HOST === undefined) return undefined;
  const host = config.REDIS_HOST.includes(":") ? `[${config.REDIS_HOST}]` : config.REDIS_HOST;
  return `redis://${host}:${config.REDIS_PORT ?? 6_379}`;
}

/** The certificates of Redis connections, as packages/redis takes them. */
export const redisCertificates = (config: {
  readonly REDIS_TLS_CA?: string | undefined;
  readonly REDIS_TLS_CERT?: string | undefined;
  readonly REDIS_TLS_KEY?: string | undefined;
}) => ({
  ca: config.REDIS_TLS_CA,
  cert: config.REDIS_TLS_CERT,
  key: config.REDIS_TLS_KEY,
});
