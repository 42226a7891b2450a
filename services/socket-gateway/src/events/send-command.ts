import type { z } from "zod";
import type { ApiClient } from "../api/api-client.ts";
import type { Session } from "../handshake/session.ts";

interface Command {
  readonly path: string;
  readonly body: object;
  readonly commandId: string | undefined;
}

/**
 * Sends a command to the api with the user's token; answers `{ok: true, request}`. The api answers
 * after COMMIT (G1).
 */
export async function sendCommand<Answer extends z.ZodType<{ request: unknown }>>(
  api: ApiClient,
  session: Session,
  { path, body, commandId }: Command,
  answer: Answer,
): Promise<object> {
  const { request } = await api.call({
    method: "POST",
    path,
    caller: session,
    body,
    idempotencyKey: commandId,
    answer,
  });
  return { ok: true, request };
}
