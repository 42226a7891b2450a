import { originPatterns } from "@waiter/config";
import cors from "cors";
import type { RequestHandler } from "express";

/** CORS for the configured origins. `*` allows all of them, but then no cookies: those are for named origins only. */
export function allowOrigins(origins: readonly string[]): RequestHandler {
  const origin = originPatterns(origins);
  return cors({
    origin,
    credentials: origin !== "*",
    methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
    allowedHeaders: [
      "Authorization",
      "Content-Type",
      "Idempotency-Key",
      "If-None-Match",
      "X-Request-Id",
      "traceparent",
    ],
    exposedHeaders: ["ETag", "Idempotent-Replayed", "Retry-After", "X-Request-Id"],
    maxAge: 600,
  });
}
