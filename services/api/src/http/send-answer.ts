import type { Request, Response } from "express";
import { blockOf } from "../auth/client.ts";
import type { ByteBudget, HeldBytes } from "./byte-budget.ts";
import { compress } from "./compress.ts";
import { entityTag } from "../entity-tag.ts";
import type { Answer } from "./route.ts";

export interface Sending {
  readonly request: Request;
  readonly response: Response;
  /** Never compressed: the length of a compressed answer tells about what is in it. */
  readonly hasSecrets: boolean;
  /** With an ETag, the answer's own or one of its text. */
  readonly isConditional: boolean;
  /** Bytes of long answers that are not sent yet. */
  readonly answers: ByteBudget;
}

/** Shorter answers are not counted, bytes. */
const longBytes = 65_536;

/**
 * Writes a handler's answer. Answers are personal data: `no-store` unless the answer sets another
 * policy.
 *
 * @throws {AppError} `overloaded` for a long answer while too many bytes of others wait for clients
 * that do not read: those are cut after half a second, in which an api makes hundreds of megabytes.
 */
export async function sendAnswer(
  answer: Answer,
  { request, response, hasSecrets, isConditional, answers }: Sending,
): Promise<void> {
  const content = contentOf(answer);
  const held = hold(response, answers, content?.length ?? answer.bytes?.content.length ?? 0);
  response.status(answer.status);
  response.setHeader("Cache-Control", "no-store");
  if (answer.headers !== undefined) response.set(answer.headers);
  if (answer.bytes !== undefined) {
    response.type(answer.bytes.type).send(answer.bytes.content);
    return;
  }
  if (content === undefined) {
    // Node must discard an unread body, else it would be parsed as the next request.
    request.resume();
    response.end();
    return;
  }
  if (answer.text === undefined) response.setHeader("Content-Type", jsonType);
  else response.type(answer.text.type);
  if (hasSecrets) {
    response.send(content);
    return;
  }
  response.vary("Accept-Encoding");
  if (isConditional && response.get("ETag") === undefined) {
    response.set("ETag", entityTag(content));
    if (request.fresh) {
      response.send();
      return;
    }
  }
  const encoded = await compress(request, content);
  // These wait for the client, as few as they are: UnreadAnswers counts and cuts the same bytes.
  if (encoded.encoding !== undefined) held?.keep(encoded.content.length);
  if (encoded.encoding !== undefined) response.set("Content-Encoding", encoded.encoding);
  if (isConditional || answer.text !== undefined) {
    response.send(encoded.content);
    return;
  }
  // Express would read the type again to name its charset.
  response.setHeader("Content-Length", Buffer.byteLength(encoded.content));
  response.end(encoded.content);
}

/** An answer above an address block's share counts as the share: it is sent where no other waits. */
function hold(response: Response, answers: ByteBudget, bytes: number): HeldBytes | undefined {
  if (bytes < longBytes) return undefined;
  const held = answers.open(blockOf(response));
  held.add(Math.min(bytes, answers.maxBytesPerAddress));
  response.once("close", () => held.release());
  return held;
}

const jsonType = "application/json; charset=utf-8";

const contentOf = ({ text, json, body }: Answer): string | undefined =>
  text?.content ?? json ?? (body === undefined ? undefined : JSON.stringify(body));
