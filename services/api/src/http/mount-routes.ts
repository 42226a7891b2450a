import { isName } from "@waiter/contracts";
import { AppError, methodNotAllowed, parseJson, validate } from "@waiter/errors";
import { Router, type Request, type RequestHandler } from "express";
import { authorize, type AuthorizeDeps } from "../auth/authorize.ts";
import { blockOf } from "../auth/client.ts";
import { rememberCaller } from "../auth/principal.ts";
import { needsBody, type Limiters } from "../rate-limits/create-limiters.ts";
import { isChained, isSingle, withWiderScopes } from "../rate-limits/limit-scopes.ts";
import type { BodyBudget } from "./body-budget.ts";
import { idempotencyKey } from "./idempotency-key.ts";
import { mediaTypeOf, readBody, readBytes } from "./read-body.ts";
import type { Answer, Route } from "./route.ts";
import { sendAnswer } from "./send-answer.ts";

export interface MountDeps extends Omit<AuthorizeDeps, "countStranger"> {
  readonly limiters: Limiters;
  readonly bodies: BodyBudget;
  /** ms until a body must be here. */
  readonly bodyTimeoutMs: number;
}

/** Longest body of a route that sets no `bodyBytes` of its own. */
const defaultBodyBytes = 8_192;

/**
 * A router of these routes. Each request passes, in this order: the shape of its path, its
 * credentials, its limits, its body, the limits that read the body, the handler. Nothing is read or
 * parsed for a caller who is refused before. A path that exists with another method is a 405 that
 * names its methods.
 */
export function mountRoutes(routes: readonly Route[], deps: MountDeps): Router {
  const router = Router({ caseSensitive: true });
  const authorizing = { ...deps, countStranger: countBy(deps.limiters.address) };
  for (const route of routes) {
    const scopes = withWiderScopes(route.limits ?? []);
    const chained = scopes.filter(isChained);
    const limiters = (afterBody: boolean): RequestHandler[] => [
      ...(afterBody || chained.length === 0 ? [] : [deps.limiters.chain(chained)]),
      ...scopes
        .filter(isSingle)
        .filter((scope) => needsBody(scope) === afterBody)
        .map((scope) => deps.limiters[scope]),
    ];
    router[route.method](
      route.path,
      wellFormed(route),
      authorized(route, authorizing),
      ...limiters(false),
      withBody(route, deps),
      ...limiters(true),
      handler(route),
    );
  }
  for (const [path, methods] of methodsByPath(routes))
    router.all(path, methodNotAllowed(...methods, "OPTIONS"));
  return router;
}

/** A parameter that cannot be the id or the name of anything is a 404. */
const wellFormed =
  (route: Route): RequestHandler =>
  (request, _response, next) => {
    for (const [name, value] of Object.entries(request.params)) {
      const names =
        typeof value === "string" &&
        (route.ids?.includes(name) === true ? uuid.test(value) : isName(value));
      if (!names) throw new AppError("not_found");
    }
    next();
  };
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A caller with a session is limited by the route's own limits, any other by the address. */
const authorized =
  (route: Route, deps: AuthorizeDeps): RequestHandler =>
  async (request, response, next) => {
    const caller = await authorize(route, deps, request, response);
    const { tenant, principal } = caller;
    rememberCaller(request, response, tenant, principal);
    response.locals.caller = caller;
    next();
  };

const countBy =
  (limiter: RequestHandler): AuthorizeDeps["countStranger"] =>
  async (request, response) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    await limiter(request, response, (limited?: unknown) =>
      limited === undefined ? resolve() : reject(limited),
    );
    await promise;
  };

/**
 * Leaves the valid body in `request.body`. Text, tree and checks live in one synchronous step: only
 * the result is kept.
 */
const withBody =
  (route: Route, { bodies, bodyTimeoutMs }: MountDeps): RequestHandler =>
  async (request, response, next) => {
    response.locals.idempotencyKey = idempotencyKey(request, route.idempotencyKey);
    if (route.body === undefined) return next();
    const options = { timeoutMs: bodyTimeoutMs, budget: bodies, address: blockOf(response) };
    if (route.media?.types.includes(mediaTypeOf(request)) === true) {
      const bytes = await readBytes(request, { ...options, limit: route.media.bytes });
      response.locals.bytes = bytes ?? Buffer.alloc(0);
      return next();
    }
    const limit = route.bodyBytes ?? defaultBodyBytes;
    const text = await readBody(request, { ...options, limit });
    request.body = validate(route.body, text === undefined ? {} : parseJson(text));
    next();
  };

const handler =
  (route: Route): RequestHandler =>
  async (request, response) => {
    const { tenant, principal, head, operator } = response.locals.caller as Awaited<
      ReturnType<typeof authorize>
    >;
    const answer: Answer = await route.handle({
      idempotencyKey: response.locals.idempotencyKey as string | undefined,
      body: request.body as unknown,
      bytes: response.locals.bytes as Buffer | undefined,
      query: route.query === undefined ? undefined : validate(route.query, request.query),
      param: (name) => paramOf(request, name),
      tenant,
      principal,
      head,
      operator,
      request,
      response,
    });
    await sendAnswer(answer, {
      request,
      response,
      hasSecrets: route.hasSecrets === true,
      isConditional: route.conditional === true,
    });
  };

function paramOf(request: Request, name: string): string {
  const value = request.params[name];
  if (typeof value !== "string") throw new Error(`the path has no parameter ${name}`);
  return value;
}

function methodsByPath(routes: readonly Route[]): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const { path, method } of routes) {
    const names = method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()];
    methods.set(path, [...(methods.get(path) ?? []), ...names]);
  }
  return methods;
}
