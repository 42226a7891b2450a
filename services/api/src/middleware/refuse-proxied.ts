import { AppError } from "@waiter/errors";
import type { RequestHandler } from "express";

/**
 * Headers by which a proxy says for whom it asks; every ingress controller and load balancer sets one. `X-Forwarded-Proto` is
 * not among them: a service mesh sets it between our own pods.
 */
const signsOfAProxy = ["forwarded", "x-forwarded-for", "x-forwarded-host", "via"];

/**
 * A request that came through a proxy gets a 404, whatever token it carries: `/internal` is for the gateways, which ask the
 * api itself, so the routes to the outside need no rule that keeps it in.
 */
export const refuseProxied: RequestHandler = (request, _response, next) => {
  if (signsOfAProxy.some((name) => request.headers[name] !== undefined))
    throw new AppError("not_found");
  next();
};
