import { createHash } from "node:crypto";
import { keys } from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import type { Request, RequestHandler, Response } from "express";
import { ipKeyGenerator, rateLimit } from "express-rate-limit";
import { RedisStore } from "rate-limit-redis";
import { principalOf } from "../auth/principal.ts";
import { FallbackStore } from "./fallback-store.ts";
import type { LimitRules, LimitScope } from "./limit-scopes.ts";
import { limitScopes } from "./limit-scopes.ts";
import { MemoryCounter } from "./memory-counter.ts";
import { commandSender, type RawClient } from "./redis-scripts.ts";

export interface LimiterDeps {
  readonly rules: LimitRules;
  readonly redis: RawClient;
  readonly redisAvailable: () => boolean;
  readonly counted: (scope: LimitScope) => void;
}

export type Limiters = Readonly<Record<LimitScope, RequestHandler>>;

/** One middleware per scope. A limit reached is a 429 problem with Retry-After. */
export function createLimiters(deps: LimiterDeps): Limiters {
  const send = commandSender(deps.redis);
  const limiter = (scope: LimitScope): RequestHandler => {
    const { max, windowMs } = deps.rules[scope];
    const shared = new RedisStore({ prefix: keys.rateLimit(scope), sendCommandCluster: send });
    return rateLimit({
      windowMs,
      limit: max,
      standardHeaders: false,
      legacyHeaders: false,
      passOnStoreError: true,
      validate: false,
      // Only a refused login counts against whoever may be guessing.
      ...(scope === "auth" || scope === "auth_address"
        ? {
            skipSuccessfulRequests: true,
            requestWasSuccessful: (_request, response) => response.statusCode !== 401,
          }
        : {}),
      store: new FallbackStore(shared, new MemoryCounter(windowMs), {
        available: deps.redisAvailable,
      }),
      keyGenerator: keyOf[scope],
      handler: (request, response, next) => {
        deps.counted(scope);
        next(
          new AppError("rate_limited", { extra: { retryAfterS: secondsLeft(request, windowMs) } }),
        );
      },
    });
  };
  return Object.fromEntries(
    limitScopes.map((scope) => [scope, limiter(scope)]),
  ) as unknown as Limiters;
}

const address = (request: Request): string => ipKeyGenerator(request.ip ?? "unknown", 56);
/** Keys are hashed: an e-mail address has no place in Redis, and a key has a bounded length. */
const hashed = (...parts: string[]): string =>
  createHash("sha256").update(parts.join("\n")).digest("base64url");
const bodyField = (request: Request, name: string): string => {
  const value: unknown = (request.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === "string" ? value.toLowerCase().slice(0, 300) : "";
};

const keyOf: Record<LimitScope, (request: Request, response: Response) => string> = {
  address,
  auth: (request) => hashed(address(request), request.host, bodyField(request, "email")),
  auth_address: address,
  guest_session: (request) => hashed(address(request), bodyField(request, "tableToken")),
  guest_read: (_request, response) => principalOf(response)?.sub ?? "",
  guest_write: (_request, response) => principalOf(response)?.sub ?? "",
  table_write: (_request, response) => {
    const principal = principalOf(response);
    return principal?.aud === "guest" ? principal.table : "";
  },
  staff: (_request, response) => principalOf(response)?.sid ?? "",
  platform: address,
};

function secondsLeft(request: Request, windowMs: number): number {
  const info = (request as Request & { rateLimit?: { resetTime?: Date } }).rateLimit;
  const ms = (info?.resetTime?.getTime() ?? Date.now() + windowMs) - Date.now();
  return Math.max(1, Math.ceil(ms / 1_000));
}
