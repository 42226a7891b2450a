import type { Socket } from "socket.io-client";
import { ClientError } from "./client-error.ts";
import { isRecord } from "./guards.ts";

export interface Delivery<T> {
  readonly socket: Socket | undefined;
  readonly event: string;
  readonly payload: object;
  readonly ackMs: number;
  readonly accept: (value: unknown) => value is T;
  /** The same command, with the same key, over HTTP. */
  readonly http: () => Promise<T>;
}

/**
 * Sends one command: over the socket where there is one, and over HTTP, with the same key, where there is none, where the
 * acknowledgement does not come, or where the socket's token is at fault. @throws ClientError.
 */
export async function deliver<T>({ socket, event, payload, ackMs, accept, http }: Delivery<T>): Promise<T> {
  const answer = await acknowledged(socket, event, payload, ackMs);
  if (!isRecord(answer)) return await http();
  if (answer.ok === true && accept(answer)) return answer;
  const error = isRecord(answer.error) ? answer.error : {};
  const failure = new ClientError(textOr(error.code, "bad_answer"), textOr(error.message, "The command was refused."), { request: error.request });
  if (failure.isAuthentication) return await http();
  throw failure;
}

const textOr = (value: unknown, otherwise: string): string => (typeof value === "string" ? value : otherwise);

/** @returns undefined when nothing was acknowledged in time. */
async function acknowledged(socket: Socket | undefined, event: string, payload: object, ackMs: number): Promise<unknown> {
  if (socket === undefined) return undefined;
  try {
    return await socket.timeout(ackMs).emitWithAck(event, payload);
  } catch {
    return undefined;
  }
}
