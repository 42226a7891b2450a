import { expect, test } from "@jest/globals";
import { CommitUnknownError, UnavailableError } from "@waiter/database";
import type { Request, Response } from "express";
import { databaseErrors } from "./database-errors.ts";

const translated = (error: unknown): unknown => {
  let passed: unknown;
  databaseErrors(error, {} as Request, {} as Response, (next) => (passed = next));
  return passed;
};
const reported = (code: string) =>
  Object.assign(new Error("from Postgres"), { severity: "ERROR", code });

test.each([
  ["a database that is away", new UnavailableError(undefined), "unavailable"],
  ["a COMMIT of unknown result", new CommitUnknownError(undefined), "unavailable"],
  ["a text that Postgres cannot hold", reported("22021"), "bad_request"],
])("%s gets its code, and keeps its cause", (_name, cause, code) => {
  expect(translated(cause)).toMatchObject({ code, cause });
});

test.each([reported("23505"), new Error("a bug")])("%s passes as it is", (error) => {
  expect(translated(error)).toBe(error);
});
