import type { Request, Response } from "express";
import type { Answer } from "./route.ts";

/** Writes a handler's answer. API answers are about a person's own data: nobody may store them unless the answer says so. */
export function sendAnswer(answer: Answer, request: Request, response: Response): void {
  response.status(answer.status);
  response.set({ "Cache-Control": "no-store", ...answer.headers });
  if (answer.bytes !== undefined) {
    response.type(answer.bytes.type).send(answer.bytes.content);
  } else if (answer.text !== undefined) {
    response.type(answer.text.type).send(answer.text.content);
  } else if (answer.json !== undefined) {
    response.type("application/json").send(answer.json);
  } else if (answer.body !== undefined) {
    response.json(answer.body);
  } else {
    // A body that nobody read would be taken for the next request on this connection: Node discards it after the answer.
    request.resume();
    response.end();
  }
}
