import * as contracts from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import type { Request } from "express";

/**
 * The caller's Idempotency-Key: 1 to 100 visible ASCII characters.
 * @throws {AppError} `idempotency_key_missing` where one is required, `idempotency_key_invalid` for
 * a malformed key.
 */
export function idempotencyKey(
  request: Request,
  need: "required" | "optional" | undefined,
): string | undefined {
  if (need === undefined) return undefined;
  const key = request.get("idempotency-key")?.trim();
  if (key === undefined) {
    if (need === "required") throw new AppError("idempotency_key_missing");
    return undefined;
  }
  if (!contracts.idempotencyKey.safeParse(key).success)
    throw new AppError("idempotency_key_invalid");
  return key;
}
