export type UndoResult = "done" | "late" | "failed";

let supported = true;
/** False once the server has said that it has no such command (an api of the release before). */
export const canUndo = (): boolean => supported;

const timeoutMs = 10_000;

/**
 * Takes back this person's last change of a request, within 30 s of it. The row itself comes back over the socket.
 * `late`: something else happened since, or the time is over.
 */
export async function undoRequest(
  path: `/api/requests/${string}/undo` | `/api/guest/requests/${string}/undo`,
  token: string,
): Promise<UndoResult> {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "idempotency-key": crypto.randomUUID(),
      },
      body: "{}",
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.ok) return "done";
    if (response.status === 404 || response.status === 405) supported = false;
    return response.status === 409 || response.status === 404 ? "late" : "failed";
  } catch {
    return "failed";
  }
}
