import { originPatterns } from "@waiter/config";
import cors from "cors";
import type { RequestHandler } from "express";

/**
 * CORS for the configured origins, for clients that hold tokens. Never with credentials: all
 * tenants are one site, and no page of another origin may act with a person's cookie. Gateways and
 * pages that read from their own origin send none: their answers only say that they vary.
 */
export function allowOrigins(origins: readonly string[]): RequestHandler {
  const allow = cors({
    origin: originPatterns(origins),
    credentials: false,
    methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
    allowedHeaders: [
      "Authorization",
      "Content-Type",
      "Idempotency-Key",
      "If-None-Match",
      "X-Request-Id",
      "traceparent",
    ],
    exposedHeaders: [
      "ETag",
      "Idempotent-Replayed",
      "RateLimit",
      "RateLimit-Policy",
      "Retry-After",
      "Waiter-Oldest-Client",
      "X-Request-Id",
    ],
    maxAge: 600,
  });
  return (request, response, next) => {
    if (request.headers.origin !== undefined || request.method === "OPTIONS")
      return allow(request, response, next);
    response.setHeader("Vary", "Origin");
    next();
  };
}
