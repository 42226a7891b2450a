import { AppError } from "@waiter/errors";
import type { RequestHandler } from "express";

/**
 * Headers in which a proxy names its client; every ingress controller, load balancer and CDN sets
 * one. `X-Forwarded-Proto` is not among them: a service mesh sets it between our own pods.
 */
const signsOfAProxy = [
  "cf-connecting-ip",
  "client-ip",
  "fastly-client-ip",
  "forwarded",
  "true-client-ip",
  "via",
  "x-azure-clientip",
  "x-client-ip",
  "x-envoy-external-address",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-original-forwarded-for",
  "x-real-ip",
];

/**
 * Answers 404 to a request that came through a proxy, whatever token it carries: gateways call
 * `/internal` on the api itself, so the routes to the outside need no rule that excludes it.
 */
export const refuseProxied: RequestHandler = (request, _response, next) => {
  const isProxied = signsOfAProxy.some((name) => request.headers[name] !== undefined);
  next(isProxied ? new AppError("not_found") : undefined);
};
