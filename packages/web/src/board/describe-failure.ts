import { ClientError } from "@waiter/client";
import type { Request } from "@waiter/contracts";
import type { Messages } from "../i18n/staff/messages.ts";

/** Why a command was not done, with `what` it was about (table and type, ready for a sentence). */
export function describeFailure(
  error: unknown,
  what: string,
  { board }: Messages,
  isolate: (name: string) => string,
): string {
  if (!(error instanceof ClientError)) return board.failed(what);
  if (error.code === "expired") return board.notDone(what);
  if (error.code !== "conflict") return board.failed(what);
  const by = (error.request as Request | undefined)?.claimedBy?.name;
  return by === undefined ? board.changed(what) : board.faster(what, isolate(by));
}

/** Why a change was not taken back. */
export function describeUndoFailure(error: unknown, what: string, { board }: Messages): string {
  const { code } = error instanceof ClientError ? error : {};
  if (code === "conflict" || code === "not_found") return board.undoFailed(what);
  return (code === "expired" ? board.notDone : board.failed)(board.undoOf(what));
}
