import { expect, test } from "@jest/globals";
import type { Request, RequestHandler, Response } from "express";
import { inTurn, under } from "./in-turn.ts";

const passing =
  (name: string, passed: string[]): RequestHandler =>
  (_request, _response, next) => {
    passed.push(name);
    next();
  };
const run = (handler: RequestHandler, path = "/") => {
  const ends: unknown[] = [];
  handler({ path } as Request, {} as Response, (error?: unknown) => ends.push(error));
  return ends;
};

test("middlewares run in order, then the next layer", () => {
  const passed: string[] = [];
  expect(run(inTurn(passing("a", passed), passing("b", passed)))).toEqual([undefined]);
  expect(passed).toEqual(["a", "b"]);
});

test("an error ends the turn and reaches the error handlers", () => {
  const passed: string[] = [];
  const error = new Error("no");
  const failing: RequestHandler = (_request, _response, next) => next(error);
  expect(run(inTurn(failing, passing("b", passed)))).toEqual([error]);
  expect(passed).toEqual([]);
});

test.each([
  ["/api", 1],
  ["/api/board", 1],
  ["/apiary", 0],
  ["/API/board", 0],
  ["/", 0],
])("under /api: %s", (path, times) => {
  const passed: string[] = [];
  expect(run(under("/api", passing("a", passed)), path)).toEqual([undefined]);
  expect(passed).toHaveLength(times);
});
