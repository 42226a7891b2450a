import { isName } from "@waiter/contracts";
import { AppError, methodNotAllowed, parseJson, validate } from "@waiter/errors";
import { Router, type Request, type RequestHandler, type Response } from "express";
import { authorize, type AuthorizeDeps } from "../auth/authorize.ts";
import { blockOf } from "../auth/client.ts";
import { rememberCaller } from "../auth/principal.ts";
import { needsBody, type Limiters } from "../rate-limits/create-limiters.ts";
import { isChained, isSingle, withWiderScopes } from "../rate-limits/limit-scopes.ts";
import { byFolder, folderOf } from "./by-folder.ts";
import type { ByteBudget } from "./byte-budget.ts";
import { idempotencyKey } from "./idempotency-key.ts";
import { mediaTypeOf, readBody, readBytes } from "./read-body.ts";
import type { Answer, Route } from "./route.ts";
import { sendAnswer } from "./send-answer.ts";

export interface MountDeps extends Omit<AuthorizeDeps, "countStranger"> {
  readonly limiters: Limiters;
  readonly bodies: ByteBudget;
  readonly answers: ByteBudget;
  /** ms until a body must be here. */
  readonly bodyTimeoutMs: number;
}

/** Longest body of a route that sets no `bodyBytes` of its own. */
const defaultBodyBytes = 8_192;

/**
 * A handler of these routes. Each request passes, in this order: the shape of its path, its
 * credentials, its limits, its body, the limits that read the body, the handler. Nothing is read or
 * parsed for a caller who is refused before. A path that exists with another method is a 405 that
 * names its methods.
 */
export function mountRoutes(routes: readonly Route[], deps: MountDeps): RequestHandler {
  const folders = Map.groupBy(routes, ({ path }) => folderOf(path));
  return byFolder(new Map([...folders].map(([folder, each]) => [folder, routerOf(each, deps)])));
}

function routerOf(routes: readonly Route[], deps: MountDeps): Router {
  const router = Router({ caseSensitive: true });
  for (const route of routes) router[route.method](route.path, answering(route, deps));
  for (const [path, methods] of methodsByPath(routes)) {
    // CORS answers it, under /api alone.
    if (path.startsWith("/api/")) methods.push("OPTIONS");
    router.all(path, methodNotAllowed(...methods));
  }
  return router;
}

function answering(route: Route, deps: MountDeps): RequestHandler {
  const authorizing = { ...deps, countStranger: passed(deps.limiters.address) };
  const limits = limitsOf(route, deps.limiters);
  return async (request, response) => {
    requireWellFormed(route, request);
    // A caller with a session is limited by the route's own limits, any other by the address.
    const caller = await authorize(route, authorizing, request, response);
    rememberCaller(request, response, caller.tenant, caller.principal);
    for (const pass of limits.beforeBody) await pass(request, response);
    if (hasLongBody(request))
      for (const pass of limits.beforeLongBody) await pass(request, response);
    const key = idempotencyKey(request, route.idempotencyKey);
    const bytes = await readInput(route, deps, request, response);
    for (const pass of limits.afterBody) await pass(request, response);
    const answer: Answer = await route.handle({
      ...caller,
      idempotencyKey: key,
      body: request.body as unknown,
      bytes,
      query: route.query === undefined ? undefined : validate(route.query, request.query),
      param: (name) => paramOf(route, request, name),
      request,
      response,
    });
    await sendAnswer(answer, {
      request,
      response,
      hasSecrets: route.hasSecrets === true,
      isConditional: route.conditional === true,
      answers: deps.answers,
    });
  };
}

/** A parameter that cannot be the id or the name of anything is a 404. */
function requireWellFormed(route: Route, request: Request): void {
  for (const name in request.params) {
    const value = request.params[name];
    const names =
      typeof value === "string" &&
      (route.ids?.includes(name) === true ? uuid.test(value) : isName(value));
    if (!names) throw new AppError("not_found");
  }
}
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

type Pass = AuthorizeDeps["countStranger"];

function limitsOf(
  { limits = [], bodyBytes = defaultBodyBytes }: Route,
  limiters: Limiters,
): Readonly<Record<"beforeBody" | "beforeLongBody" | "afterBody", readonly Pass[]>> {
  const scopes = withWiderScopes(limits);
  const chained = scopes.filter(isChained);
  const singles = (afterBody: boolean): Pass[] =>
    scopes
      .filter(isSingle)
      .filter((scope) => needsBody(scope) === afterBody)
      .map((scope) => passed(limiters[scope]));
  const first = chained.length === 0 ? [] : [limiters.chain(chained)];
  // A long body becomes an event as long, which is stored, published and kept for days.
  const isCounted =
    bodyBytes > defaultBodyBytes && scopes.includes("staff") && !scopes.includes("costly");
  return {
    beforeBody: [...first, ...singles(false)],
    beforeLongBody: isCounted ? [limiters.chain(["costly"])] : [],
    afterBody: singles(true),
  };
}

/** A body that arrives in chunks may be of any length. */
const hasLongBody = ({ headers }: Request): boolean =>
  headers["transfer-encoding"] !== undefined ||
  Number(headers["content-length"] ?? 0) > defaultBodyBytes;

/** Resolves once a limiter lets the request pass; rejects with its refusal. */
const passed =
  (limiter: RequestHandler): Pass =>
  async (request, response) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    await limiter(request, response, (limited?: unknown) =>
      limited === undefined ? resolve() : reject(limited),
    );
    await promise;
  };

/**
 * Leaves the valid body in `request.body`, or resolves with the bytes of a medium. Text, tree and
 * checks live in one synchronous step: only the result is kept.
 */
async function readInput(
  route: Route,
  { bodies, bodyTimeoutMs }: MountDeps,
  request: Request,
  response: Response,
): Promise<Buffer | undefined> {
  if (route.body === undefined) return undefined;
  const options = { timeoutMs: bodyTimeoutMs, budget: bodies, address: blockOf(response) };
  if (route.media?.types.includes(mediaTypeOf(request)) === true) {
    const bytes = await readBytes(request, { ...options, limit: route.media.bytes });
    return bytes ?? Buffer.alloc(0);
  }
  const text = await readBody(request, { ...options, limit: route.bodyBytes ?? defaultBodyBytes });
  request.body = validate(route.body, text === undefined ? {} : parseJson(text));
  return undefined;
}

function paramOf({ ids = [] }: Route, request: Request, name: string): string {
  const value = request.params[name];
  if (typeof value !== "string") throw new Error(`the path has no parameter ${name}`);
  return ids.includes(name) ? value.toLowerCase() : value;
}

function methodsByPath(routes: readonly Route[]): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const { path, method } of routes) {
    const names = method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()];
    methods.set(path, [...(methods.get(path) ?? []), ...names]);
  }
  return methods;
}
