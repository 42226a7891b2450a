import { once } from "node:events";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { describe, expect, test } from "@jest/globals";
import { createLogger, httpLogger, type LogLevel } from "./index.ts";

function capture(level: LogLevel = "info") {
  const stream = new PassThrough();
  const logger = createLogger({ service: "api", level, version: "1.0", stream });
  const lines = (): Record<string, unknown>[] =>
    String(stream.read() ?? "")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { logger, lines, stream };
}

describe("createLogger", () => {
  test("a line is JSON with time, level, service, message and the parents' fields", () => {
    const { logger, lines } = capture();
    logger.child({ tenant: "t1" }).child({ requestId: "r1" }).info("claimed", { seq: 7 });
    const [line] = lines();
    expect(line).toMatchObject({
      level: "info",
      service: "api",
      version: "1.0",
      message: "claimed",
      tenant: "t1",
      requestId: "r1",
      seq: 7,
    });
    expect(new Date(line!["time"] as string).toISOString()).toBe(line!["time"]);
  });

  test("an error keeps its name, code, stack and causes", () => {
    const { logger, lines } = capture();
    logger.error("failed", {
      err: new Error("outer", {
        cause: Object.assign(new Error("inner"), { code: "ECONNREFUSED" }),
      }),
    });
    expect(lines()[0]).toMatchObject({
      err: {
        name: "Error",
        message: "outer",
        stack: expect.any(String),
        cause: { message: "inner", code: "ECONNREFUSED" },
      },
    });
  });

  test("fields cannot replace the standard ones; cycles, bigints and line breaks become text", () => {
    const { logger, lines } = capture();
    const cycle: Record<string, unknown> = { big: 1n };
    cycle["self"] = cycle;
    logger.info("a\nb", { service: "evil", level: "error", cycle });
    expect(lines()).toEqual([
      expect.objectContaining({
        service: "api",
        level: "info",
        message: "a\nb",
        cycle: { big: "1", self: "[seen above]" },
      }),
    ]);
  });

  test("writes nothing below its level", () => {
    const { logger, lines } = capture("warn");
    logger.info("quiet");
    expect(lines()).toEqual([]);
  });
});

describe("httpLogger", () => {
  test("logs path without query and table code, status and request id; probes at debug level", async () => {
    const { logger, lines, stream } = capture();
    const middleware = httpLogger(logger);
    const server = createServer((request, response) => {
      Object.assign(request, { id: "r1" });
      middleware(request as never, response as never, () => {
        response.statusCode = request.url === "/boom" ? 503 : 200;
        response.end("ok");
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const written = once(stream, "readable");
    for (const path of ["/livez", "/api/board?token=secret", "/t/secret", "/boom"])
      await (await fetch(origin + path)).text();
    server.close();
    await once(server, "close");
    await written;
    const [board, page, boom, ...rest] = lines();
    expect(board).toMatchObject({
      level: "info",
      message: "request",
      method: "GET",
      path: "/api/board",
      status: 200,
      requestId: "r1",
    });
    expect(String(board?.["durationMs"])).toMatch(/^\d+(\.\d)?$/);
    expect(page).toMatchObject({ path: "/t/..." });
    expect(boom).toMatchObject({ level: "warn", path: "/boom", status: 503 });
    expect(rest).toEqual([]);
  });

  test("a request whose client leaves before the answer has neither status nor duration", async () => {
    const { logger, lines, stream } = capture();
    const middleware = httpLogger(logger);
    const server = createServer((request, response) => {
      middleware(request as never, response as never, () => client.destroy());
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const client = get({ port, host: "127.0.0.1", path: "/slow" }).on("error", () => undefined);
    await once(stream, "readable");
    server.close();
    const [line] = lines();
    expect(line).toMatchObject({ message: "request", path: "/slow" });
    expect(line).not.toHaveProperty("status");
    expect(line).not.toHaveProperty("durationMs");
  });
});
