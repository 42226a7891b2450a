import { hash } from "node:crypto";
import { keys, type Claims } from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import type { RedisClient } from "@waiter/redis";
import type { Request, RequestHandler, Response } from "express";
import { rateLimit, type Options } from "express-rate-limit";
import { RedisStore } from "rate-limit-redis";
import { blockOf, clientOf } from "../auth/client.ts";
import { principalOf } from "../auth/principal.ts";
import { FallbackStore } from "./fallback-store.ts";
import { createLimitChain, limitKey, type LimitChain, type LimitKey } from "./limit-chain.ts";
import {
  isChained,
  isSingle,
  limitScopes,
  type ChainedScope,
  type LimitRules,
  type LimitScope,
  type SingleScope,
} from "./limit-scopes.ts";
import { MemoryCounter } from "./memory-counter.ts";
import { commandSender, type RawClient } from "./redis-scripts.ts";

export interface LimiterDeps {
  readonly rules: LimitRules;
  readonly redis: RawClient & RedisClient;
  /** The id of a device that logged in to the tenant of this request before. */
  readonly knownDevice: (request: Request, response: Response) => string | undefined;
  readonly redisAvailable: () => boolean;
  /** Called for each request that a limit refuses. */
  readonly onLimited: (scope: LimitScope, response: Response) => void;
}

export type Limiters = Readonly<Record<SingleScope, RequestHandler>> & {
  /** The limits of a caller with a session, in one Redis command. */
  readonly chain: (scopes: readonly ChainedScope[]) => LimitChain;
};

/**
 * One middleware per scope. Every answer of a limited route says what is left (`RateLimit`,
 * `RateLimit-Policy`, draft 8 of the IETF's RateLimit headers); a limit reached is a 429 problem
 * with Retry-After.
 */
export function createLimiters(deps: LimiterDeps): Limiters {
  const send = commandSender(deps.redis);
  const limiter = (scope: SingleScope): RequestHandler => {
    const { max, windowMs } = deps.rules[scope];
    const shared = new RedisStore({ prefix: keys.rateLimit(scope), sendCommandCluster: send });
    return rateLimit({
      windowMs,
      limit: max,
      standardHeaders: "draft-8",
      identifier: scope,
      legacyHeaders: false,
      passOnStoreError: true,
      validate: false,
      ...onlyRefused(scope, deps.knownDevice),
      ...onlyGranted(scope),
      store: new FallbackStore(shared, new MemoryCounter(windowMs), {
        available: deps.redisAvailable,
      }),
      keyGenerator: (request, response) =>
        hashed(keyOf[scope](request, response, deps.knownDevice)),
      handler: (request, response, next) => {
        deps.onLimited(scope, response);
        next(
          new AppError("rate_limited", { extra: { retryAfterS: secondsLeft(request, windowMs) } }),
        );
      },
    });
  };
  const chain = createLimitChain({
    ...deps,
    available: deps.redisAvailable,
    local: Object.fromEntries(
      limitScopes
        .filter(isChained)
        .map((scope) => [scope, new MemoryCounter(deps.rules[scope].windowMs)]),
    ) as Record<ChainedScope, MemoryCounter>,
    tenantOf: (response) => principalOf(response)?.tid ?? "",
    keyOf: (scope, response) => chainedKey(scope, principalOf(response)),
  });
  const singles = Object.fromEntries(
    limitScopes.filter(isSingle).map((scope) => [scope, limiter(scope)]),
  ) as Record<SingleScope, RequestHandler>;
  return { ...singles, chain };
}

/**
 * Keys are hashed: they have a bounded length, and no address or code of a person is readable in
 * Redis.
 */
const hashed = (key: string): string => hash("sha256", key, "base64url");
const tableToken = (request: Request): string =>
  (request.body as { readonly tableToken?: string } | undefined)?.tableToken ?? "";
/** What a request of no tenant counts as. */
const hostKey = (response: Response): string => {
  const { host } = clientOf(response);
  return host.kind === "tenant" ? host.slug : host.kind;
};

type KeyOf = (
  request: Request,
  response: Response,
  knownDevice: LimiterDeps["knownDevice"],
) => string;
const keyOf: Record<SingleScope, KeyOf> = {
  address: (_request, response) => blockOf(response),
  guest_session: (request, response) => `${blockOf(response)} ${tableToken(request)}`,
  tenant_session: (_request, response) => hostKey(response),
  login_block: (_request, response) => `${hostKey(response)} ${blockOf(response)}`,
  refresh: (_request, response) => `${hostKey(response)} ${blockOf(response)}`,
  tenant_refresh: (_request, response) => hostKey(response),
  login_network: (_request, response) => `${hostKey(response)} ${blockOf(response, 48)}`,
  login_device: (request, response, knownDevice) =>
    `${hostKey(response)} ${knownDevice(request, response) ?? ""}`,
  platform: (_request, response) => blockOf(response),
};

const chainedKeyOf: Record<ChainedScope, (caller: Claims) => string> = {
  guest_read: ({ sub }) => sub,
  tenant_read: ({ tid }) => tid,
  guest_write: ({ sub }) => sub,
  table_write: (caller) => (caller.aud === "guest" ? `${caller.tid} ${caller.table}` : ""),
  tenant_write: ({ tid }) => tid,
  staff: ({ sid }) => sid ?? "",
  tenant_staff: ({ tid }) => tid,
  costly: ({ tid }) => tid,
  password: ({ sub }) => sub,
};

const noCaller = {};
/** Verified tokens are remembered with their claims, so each key of a caller is hashed once. */
const chainedKeys = new WeakMap<object, Partial<Record<ChainedScope, LimitKey>>>();

function chainedKey(scope: ChainedScope, caller: Claims | undefined): LimitKey {
  const known = chainedKeys.get(caller ?? noCaller) ?? {};
  chainedKeys.set(caller ?? noCaller, known);
  return (known[scope] ??= limitKey(
    hashed(caller === undefined ? "" : chainedKeyOf[scope](caller)),
  ));
}

/**
 * Of logins, refreshes and invitations only the refused ones count: 401, and 404 for an unknown
 * invitation. Known devices count by themselves, so that wrong logins of others behind the same
 * address do not reach them; IPv4 addresses belong to no wider network.
 */
function onlyRefused(scope: LimitScope, knownDevice: LimiterDeps["knownDevice"]): Partial<Options> {
  const isLogin = scope.startsWith("login_");
  if (!isLogin && scope !== "refresh") return {};
  return {
    skipSuccessfulRequests: true,
    requestWasSuccessful: (_request, { statusCode }) => statusCode !== 401 && statusCode !== 404,
    skip: (request, response) =>
      isLogin &&
      ((scope === "login_device") !== (knownDevice(request, response) !== undefined) ||
        (scope === "login_network" && !clientOf(response).address.includes(":"))),
  };
}

/** Of a tenant's sessions only the granted ones count: no stranger uses up what its guests need. */
const onlyGranted = (scope: LimitScope): Partial<Options> =>
  scope === "tenant_session" || scope === "tenant_refresh" ? { skipFailedRequests: true } : {};

/**
 * Whether a scope is counted once the body is read: the key of a guest session is in the body, and
 * the tenant's follows it.
 */
export const needsBody = (scope: LimitScope): boolean =>
  scope === "guest_session" || scope === "tenant_session";

function secondsLeft(request: Request, windowMs: number): number {
  const info = (request as Request & { rateLimit?: { resetTime?: Date } }).rateLimit;
  const ms = (info?.resetTime?.getTime() ?? Date.now() + windowMs) - Date.now();
  return Math.max(1, Math.ceil(ms / 1_000));
}
