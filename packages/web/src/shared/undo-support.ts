import { ClientError } from "@waiter/client";

let supported = true;

/** False once the server has said that it has no such command (an api of the release before). */
export const canUndo = (): boolean => supported;

/** Takes note of why an undo failed: an unknown command ends the offers of this page. */
export function noteUndoFailure(error: unknown): void {
  if (error instanceof ClientError && (error.status === 404 || error.status === 405))
    supported = false;
}
