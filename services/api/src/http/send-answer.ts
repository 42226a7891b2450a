import type { Request, Response } from "express";
import { compress } from "./compress.ts";
import type { Answer } from "./route.ts";

/**
 * Writes a handler's answer. Answers are personal data: `no-store` unless the answer sets another
 * policy.
 */
export async function sendAnswer(
  answer: Answer,
  { request, response, hasSecrets }: { request: Request; response: Response; hasSecrets: boolean },
): Promise<void> {
  response.status(answer.status);
  response.set({ "Cache-Control": "no-store", ...answer.headers });
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
  response.type(answer.text?.type ?? "application/json");
  if (hasSecrets) {
    response.send(content);
    return;
  }
  const encoded = await compress(request, content);
  response.vary("Accept-Encoding");
  if (encoded.encoding !== undefined) response.set("Content-Encoding", encoded.encoding);
  response.send(encoded.content);
}

const contentOf = ({ text, json, body }: Answer): string | undefined =>
  text?.content ?? json ?? (body === undefined ? undefined : JSON.stringify(body));
