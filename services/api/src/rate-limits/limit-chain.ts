import { keys } from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import { RedisScript, type RedisClient } from "@waiter/redis";
import type { Request, RequestHandler, Response } from "express";
import type { ChainedScope, LimitRules } from "./limit-scopes.ts";
import type { MemoryCounter } from "./memory-counter.ts";
import { RedisOrLocal } from "./redis-or-local.ts";

/**
 * Counts in order until one limit is exceeded: what a limit refuses does not count for the limits
 * behind it. ARGV: maximum and window in ms of each key. Returns hits and ms left of each key
 * counted.
 */
const script = new RedisScript(`
local counted = {}
for i, key in ipairs(KEYS) do
  local hits = redis.call('INCR', key)
  local left = redis.call('PTTL', key)
  if left < 0 then
    left = tonumber(ARGV[2 * i])
    redis.call('PEXPIRE', key, left)
  end
  counted[#counted + 1] = hits
  counted[#counted + 1] = left
  if hits > tonumber(ARGV[2 * i - 1]) then break end
end
return counted
`);

export interface LimitChainDeps {
  readonly rules: LimitRules;
  readonly redis: RedisClient;
  readonly available: () => boolean;
  readonly local: Readonly<Record<ChainedScope, MemoryCounter>>;
  readonly tenantOf: (response: Response) => string;
  readonly hashOf: (scope: ChainedScope, request: Request, response: Response) => string;
  readonly onLimited: (scope: ChainedScope, response: Response) => void;
}

interface Counted {
  readonly hits: number;
  readonly leftMs: number;
}

/**
 * The limits of one tenant's caller as one middleware and one Redis command, in the order of
 * `scopes`; counts in this process while Redis is away or slow. Each answer says what is left
 * (`RateLimit`, `RateLimit-Policy`, draft 8); the first limit exceeded is a 429.
 */
export function createLimitChain(deps: LimitChainDeps) {
  const fallback = new RedisOrLocal({ available: deps.available });
  return (scopes: readonly ChainedScope[]): RequestHandler =>
    async (request, response, next) => {
      const hashes = scopes.map((scope) => deps.hashOf(scope, request, response));
      const counted = await fallback.run(
        () => countInRedis(deps, scopes, hashes, deps.tenantOf(response)),
        () => countHere(deps, scopes, hashes),
      );
      describe(response, deps, scopes, hashes, counted);
      for (const [index, count] of counted.entries()) {
        const scope = scopes[index] as ChainedScope;
        if (count.hits <= deps.rules[scope].max) continue;
        deps.onLimited(scope, response);
        const retryAfterS = Math.max(1, Math.ceil(count.leftMs / 1_000));
        throw new AppError("rate_limited", { extra: { retryAfterS } });
      }
      next();
    };
}

async function countInRedis(
  { rules, redis }: LimitChainDeps,
  scopes: readonly ChainedScope[],
  hashes: readonly string[],
  tenantId: string,
): Promise<Counted[]> {
  const answer = (await script.run(
    redis,
    scopes.map((scope, index) => keys.tenantLimit(tenantId, scope, hashes[index] ?? "")),
    scopes.flatMap((scope) => [rules[scope].max, rules[scope].windowMs]),
  )) as number[];
  return Array.from({ length: answer.length / 2 }, (_, index) => ({
    hits: Number(answer[2 * index]),
    leftMs: Number(answer[2 * index + 1]),
  }));
}

function countHere(
  { rules, local }: LimitChainDeps,
  scopes: readonly ChainedScope[],
  hashes: readonly string[],
): Counted[] {
  const counted: Counted[] = [];
  for (const [index, scope] of scopes.entries()) {
    const { totalHits: hits, resetTime } = local[scope].increment(hashes[index] ?? "");
    counted.push({ hits, leftMs: resetTime.getTime() - Date.now() });
    if (hits > rules[scope].max) break;
  }
  return counted;
}

/** The headers of draft 8 of the IETF's RateLimit fields, one line of each for a scope counted. */
function describe(
  response: Response,
  { rules }: Pick<LimitChainDeps, "rules">,
  scopes: readonly ChainedScope[],
  hashes: readonly string[],
  counted: readonly Counted[],
): void {
  const [left, policies]: [string[], string[]] = [[], []];
  for (const [index, { hits, leftMs }] of counted.entries()) {
    const scope = scopes[index] as ChainedScope;
    const { max, windowMs } = rules[scope];
    const partition = Buffer.from((hashes[index] ?? "").slice(0, 12)).toString("base64");
    left.push(
      `"${scope}"; r=${Math.max(0, max - hits)}; t=${Math.max(0, Math.ceil(leftMs / 1_000))}`,
    );
    policies.push(`"${scope}"; q=${max}; w=${Math.ceil(windowMs / 1_000)}; pk=:${partition}:`);
  }
  response.append("RateLimit", left);
  response.append("RateLimit-Policy", policies);
}
