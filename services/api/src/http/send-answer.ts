import type { Request, Response } from "express";
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
}

/**
 * Writes a handler's answer. Answers are personal data: `no-store` unless the answer sets another
 * policy.
 */
export async function sendAnswer(
  answer: Answer,
  { request, response, hasSecrets, isConditional }: Sending,
): Promise<void> {
  response.status(answer.status);
  response.setHeader("Cache-Control", "no-store");
  if (answer.headers !== undefined) response.set(answer.headers);
  if (answer.bytes !== undefined) {
    response.type(answer.bytes.type).send(answer.bytes.content);
    return;
  }
  const content = contentOf(answer);
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
  if (encoded.encoding !== undefined) response.set("Content-Encoding", encoded.encoding);
  if (isConditional || answer.text !== undefined) {
    response.send(encoded.content);
    return;
  }
  // Express would read the type again to name its charset.
  response.setHeader("Content-Length", Buffer.byteLength(encoded.content));
  response.end(encoded.content);
}

const jsonType = "application/json; charset=utf-8";

const contentOf = ({ text, json, body }: Answer): string | undefined =>
  text?.content ?? json ?? (body === undefined ? undefined : JSON.stringify(body));
