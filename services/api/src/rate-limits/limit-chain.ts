import { keys } from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import { RedisScript, type RedisClient } from "@waiter/redis";
import type { Request, Response } from "express";
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
  readonly keyOf: (scope: ChainedScope, response: Response) => LimitKey;
  readonly onLimited: (scope: ChainedScope, response: Response) => void;
}

/** What a scope counts by. */
export interface LimitKey {
  readonly hash: string;
  /** The start of `hash` in base64, as `RateLimit-Policy` names the key. */
  readonly partition: string;
}

export const limitKey = (hash: string): LimitKey => ({
  hash,
  partition: Buffer.from(hash.slice(0, 12)).toString("base64"),
});

/** Counts a request; rejects with `rate_limited`. */
export type LimitChain = (request: Request, response: Response) => Promise<void>;

interface Counted {
  readonly hits: number;
  readonly leftMs: number;
}

/**
 * The limits of one tenant's caller as one Redis command, in the order of `scopes`; counts in this
 * process while Redis is away or slow. Each answer says what is left (`RateLimit`,
 * `RateLimit-Policy`, draft 8); the first limit exceeded is a 429.
 */
export function createLimitChain(deps: LimitChainDeps) {
  const fallback = new RedisOrLocal({ available: deps.available });
  return (scopes: readonly ChainedScope[]): LimitChain =>
    async (_request, response) => {
      const limitKeys = scopes.map((scope) => deps.keyOf(scope, response));
      const counted = await fallback.run(
        () => countInRedis(deps, scopes, limitKeys, deps.tenantOf(response)),
        () => countHere(deps, scopes, limitKeys),
      );
      describe(response, deps, scopes, limitKeys, counted);
      for (const [index, count] of counted.entries()) {
        const scope = scopes[index] as ChainedScope;
        if (count.hits <= deps.rules[scope].max) continue;
        deps.onLimited(scope, response);
        const retryAfterS = Math.max(1, Math.ceil(count.leftMs / 1_000));
        throw new AppError("rate_limited", { extra: { retryAfterS } });
      }
    };
}

async function countInRedis(
  { rules, redis }: LimitChainDeps,
  scopes: readonly ChainedScope[],
  limitKeys: readonly LimitKey[],
  tenantId: string,
): Promise<Counted[]> {
  const answer = (await script.run(
    redis,
    scopes.map((scope, index) => keys.tenantLimit(tenantId, scope, limitKeys[index]?.hash ?? "")),
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
  limitKeys: readonly LimitKey[],
): Counted[] {
  const counted: Counted[] = [];
  for (const [index, scope] of scopes.entries()) {
    const { totalHits: hits, resetTime } = local[scope].increment(limitKeys[index]?.hash ?? "");
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
  limitKeys: readonly LimitKey[],
  counted: readonly Counted[],
): void {
  const [left, policies]: [string[], string[]] = [[], []];
  for (const [index, { hits, leftMs }] of counted.entries()) {
    const scope = scopes[index] as ChainedScope;
    const { max, windowMs } = rules[scope];
    const { partition = "" } = limitKeys[index] ?? {};
    left.push(
      `"${scope}"; r=${Math.max(0, max - hits)}; t=${Math.max(0, Math.ceil(leftMs / 1_000))}`,
    );
    policies.push(`"${scope}"; q=${max}; w=${Math.ceil(windowMs / 1_000)}; pk=:${partition}:`);
  }
  response.appendHeader("RateLimit", left);
  response.appendHeader("RateLimit-Policy", policies);
}
