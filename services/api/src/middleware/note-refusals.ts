import { AppError } from "@waiter/errors";
import type { ErrorRequestHandler } from "express";
import { blockOf } from "../auth/client.ts";
import type { SecurityLog } from "../security-log.ts";

/**
 * Records refused origins and refused tokens in the security log. An expired token is no attack and
 * not recorded.
 */
export const noteRefusals =
  (securityLog: SecurityLog): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    if (!(error instanceof AppError)) return next(error);
    const block = blockOf(response);
    if (error.code === "origin_refused") securityLog.note("origin_refused", { block });
    const hasToken = request.headers.authorization !== undefined;
    if (hasToken && (error.code === "unauthorized" || error.code === "tenant_mismatch"))
      securityLog.note("token_refused", { block, reason: error.code });
    next(error);
  };
