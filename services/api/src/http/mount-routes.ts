import { isName } from "@waiter/contracts";
import { AppError, methodNotAllowed, validate } from "@waiter/errors";
import { Router, type Request, type RequestHandler } from "express";
import type { Limiters } from "../rate-limits/create-limiters.ts";
import { authorize, type AuthorizeDeps } from "../auth/authorize.ts";
import { idempotencyKey } from "./idempotency-key.ts";
import { rememberCaller } from "../auth/principal.ts";
import type { Answer, Route } from "./route.ts";
import { sendAnswer } from "./send-answer.ts";

export interface MountDeps extends Omit<AuthorizeDeps, "countStranger"> {
  readonly limiters: Limiters;
}

/**
 * A router of these routes. In this order: who is it, is it too much, is it well formed, then the handler. A path that
 * exists with another method is a 405 that names the methods it has.
 */
export function mountRoutes(routes: readonly Route[], deps: MountDeps): Router {
  const router = Router({ caseSensitive: true });
  const authorizing = { ...deps, countStranger: countBy(deps.limiters.address) };
  for (const route of routes) {
    const limiters = (route.limits ?? []).map((scope) => deps.limiters[scope]);
    router[route.method](
      route.path,
      wellFormed(route),
      authorized(route, authorizing),
      ...limiters,
      handler(route),
    );
  }
  for (const [path, methods] of methodsByPath(routes))
    router.all(path, methodNotAllowed(...methods, "OPTIONS"));
  return router;
}

/** What cannot be the id or the name of anything names nothing. */
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

/** Whoever has a session is limited by it, in the route's own limits; whoever has none, or a bad token, by the address. */
const authorized =
  (route: Route, deps: AuthorizeDeps): RequestHandler =>
  async (request, response, next) => {
    const { tenant, principal } = await authorize(route.access, deps, request, response);
    rememberCaller(request, response, tenant, principal);
    response.locals.caller = { tenant, principal };
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

const handler =
  (route: Route): RequestHandler =>
  async (request, response) => {
    const { tenant, principal } = response.locals.caller as Awaited<ReturnType<typeof authorize>>;
    const answer: Answer = await route.handle({
      idempotencyKey: idempotencyKey(request, route.idempotencyKey),
      body: route.body === undefined ? undefined : validate(route.body, request.body ?? {}),
      query: route.query === undefined ? undefined : validate(route.query, request.query),
      param: (name) => paramOf(request, name),
      tenant,
      principal,
      request,
      response,
    });
    sendAnswer(answer, request, response);
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
