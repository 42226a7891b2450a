import { AppError } from "@waiter/errors";

/** Throws `validation_failed` for one field; `path` in dots. */
export function refuse(path: string, message: string): never {
  throw new AppError("validation_failed", { extra: { errors: [{ path, message }] } });
}

/** Throws `conflict` with the object as it is: the caller's `version` is not the current one. */
export function refuseStale(current: Readonly<Record<string, unknown>>): never {
  throw new AppError("conflict", { extra: { members: current } });
}
