import cors from "cors";
import type { RequestHandler } from "express";

/** CORS for the configured origins. `*` allows all of them, but then no cookies: those are for named origins only. */
export function allowOrigins(origins: readonly string[]): RequestHandler {
  const any = origins.includes("*");
  return cors({
    origin: any ? "*" : [...origins],
    credentials: !any,
    methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
    allowedHeaders: ["Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "X-Request-Id", "traceparent"],
    exposedHeaders: ["ETag", "Idempotent-Replayed", "Retry-After", "X-Request-Id"],
    maxAge: 600,
  });
}
