import { describe, expect, test } from "@jest/globals";
import { problem, refusalCodes } from "@waiter/contracts";
import { z } from "zod";
import {
  AppError,
  errorRow,
  fail,
  toAppError,
  toJobFailure,
  toProblem,
  toRefusal,
  toSocketError,
  validate,
  type ErrorCode,
} from "./index.ts";
import { catalogue } from "./catalogue.ts";

const codes = Object.keys(catalogue) as ErrorCode[];

describe("catalogue", () => {
  test.each(codes)(
    "%s has a status that fits its owner, and Retry-After on 429 and 503",
    (code) => {
      const row = errorRow(code);
      expect(row.status >= 500).toBe(row.owner !== "client");
      const comesBack = row.status === 429 || row.status === 503;
      expect([row.retryAfterS !== undefined, !comesBack || row.retryable]).toEqual([
        comesBack,
        true,
      ]);
    },
  );

  test("every handshake refusal has an error code of the same name", () => {
    for (const code of refusalCodes) expect(errorRow(code).socket).toBe(code);
  });
});

describe("problem details", () => {
  test("have the shape of the contract and contain nothing of the cause", () => {
    const error = new AppError("conflict", {
      detail: "Ada was faster",
      extra: { request: { id: 1 } },
      cause: new Error("secret SQL"),
    });
    const answer = toProblem(error, "r1");
    expect(problem.parse(answer)).toEqual({
      type: "about:blank",
      title: "The request has changed in the meantime",
      status: 409,
      code: "conflict",
      requestId: "r1",
      detail: "Ada was faster",
      request: { id: 1 },
    });
    expect(JSON.stringify(answer)).not.toContain("secret");
  });

  test("an unknown error is `internal` and its text stays private", () => {
    expect(JSON.stringify(toProblem(toAppError(new Error("password=1")), "r"))).not.toContain(
      "password",
    );
    expect(toAppError("thrown text").code).toBe("internal");
  });
});

describe("toAppError", () => {
  test.each([
    ["entity.parse.failed", 400, "malformed_json"],
    ["entity.too.large", 413, "payload_too_large"],
    ["charset.unsupported", 415, "unsupported_media_type"],
    ["encoding.unsupported", 415, "unsupported_media_type"],
  ])("the body parser's %s becomes %d %s", (type, status, code) => {
    const error = toAppError(Object.assign(new Error("from a library"), { type, status }));
    expect([error.code, error.row.status]).toEqual([code, status]);
  });

  test("a library's client error keeps its status, its server error becomes internal", () => {
    expect(toAppError(Object.assign(new Error(), { status: 405 })).code).toBe("method_not_allowed");
    expect(toAppError(Object.assign(new Error(), { status: 418 })).code).toBe("bad_request");
    expect(toAppError(Object.assign(new Error(), { status: 500 })).code).toBe("internal");
  });
});

describe("validate", () => {
  const schema = z.strictObject({ note: z.string().max(3), table: z.object({ id: z.number() }) });

  test("names each invalid field, unknown ones included", () => {
    const thrown = (() => {
      try {
        return validate(schema, { note: "long", table: { id: "x" }, extra: 1 });
      } catch (error) {
        return error as AppError;
      }
    })() as AppError;
    expect(thrown.row.status).toBe(422);
    expect(thrown.extra.errors?.map(({ path }) => path).toSorted()).toEqual([
      "extra",
      "note",
      "table.id",
    ]);
  });

  test("names a field of the caller by 200 characters at most", () => {
    const refused = (): unknown => {
      try {
        return validate(z.strictObject({}), { ["k".repeat(1_000_000)]: 1 });
      } catch (error) {
        return error;
      }
    };
    const answer = JSON.stringify(toSocketError(refused()));
    expect(answer).toContain("k".repeat(200));
    expect(answer.length).toBeLessThan(500);
  });

  test("answers the parsed value", () => expect(validate(z.coerce.number(), "7")).toBe(7));
});

describe("sockets and jobs", () => {
  test("an acknowledgement carries code, public text and the current request", () => {
    expect(toSocketError(new AppError("conflict", { extra: { request: { id: 1 } } }))).toEqual({
      code: "conflict",
      message: "The request has changed in the meantime",
      request: { id: 1 },
    });
    expect(toSocketError(new Error("secret")).message).not.toContain("secret");
  });

  test("a refused handshake has a known code and a retry time", () => {
    expect(toRefusal(new AppError("draining", { extra: { retryAfterS: 3 } }))).toEqual({
      code: "draining",
      retryAfterMs: 3_000,
    });
    expect(toRefusal(new AppError("not_found"))).toEqual({ code: "unauthorized" });
    expect(toRefusal(new Error("bug")).code).toBe("overloaded");
  });

  test("a job is retried unless its content is invalid", () => {
    expect(toJobFailure(new Error("redis")).retry).toBe(true);
    expect(toJobFailure(new AppError("validation_failed")).retry).toBe(false);
  });

  test("fail throws an error of the catalogue", () =>
    expect(() => fail("forbidden")).toThrow(AppError));
});
