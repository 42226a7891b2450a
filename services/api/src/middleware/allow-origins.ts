import { originPatterns } from "@waiter/config";
import cors from "cors";
import type { RequestHandler } from "express";

/**
 * CORS for the configured origins, for clients that hold tokens. Never with credentials: all
 * tenants are one site, and no page of another origin may act with a person's cookie.
 */
export function allowOrigins(origins: readonly string[]): RequestHandler {
  return cors({
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
}
