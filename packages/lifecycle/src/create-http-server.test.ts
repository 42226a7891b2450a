import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "@jest/globals";
import { closeServer, createHttpServer, listen } from "./index.ts";

test("the keep-alive time-out is the setting, and the one for headers is longer", async () => {
  const server = createHttpServer((_request, response) => response.end(), { keepAliveMs: 120_000 });
  const port = await listen(server, 0, "127.0.0.1");
  try {
    const { headers } = await fetch(`http://127.0.0.1:${port}`);
    expect(headers.get("keep-alive")).toContain("timeout=120");
    expect(server.headersTimeout).toBeGreaterThan(server.keepAliveTimeout);
  } finally {
    await closeServer(server);
  }
});

test.each([
  ["one host", ["Host: one.example"], "200 OK"],
  ["two hosts", ["Host: one.example", "hOST: two.example"], "400 Bad Request"],
  ["two hosts in an upgrade", ["Host: a", "Host: b", "Upgrade: websocket"], "400 Bad Request"],
])("a request that names %s", async (_what, lines, status) => {
  const server = createHttpServer((_request, response) => response.end(), {
    keepAliveMs: 5_000,
    shouldUpgrade: () => true,
  });
  const port = await listen(server, 0, "127.0.0.1");
  try {
    const socket = connect(port, "127.0.0.1");
    const isUpgrade = lines.some((line) => line.startsWith("Upgrade"));
    const head = ["GET / HTTP/1.1", ...lines, `Connection: ${isUpgrade ? "Upgrade" : "close"}`];
    socket.write(`${head.join("\r\n")}\r\n\r\n`);
    expect(await text(socket)).toMatch(new RegExp(`^HTTP/1.1 ${status}`));
  } finally {
    await closeServer(server);
  }
});

test("a connection with more than eight unanswered requests ends", async () => {
  let started = 0;
  const server = createHttpServer(
    (_request, response) => {
      started += 1;
      setImmediate(() => response.end("ok"));
    },
    { keepAliveMs: 5_000 },
  );
  const port = await listen(server, 0, "127.0.0.1");
  const send = async (count: number): Promise<number> => {
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    const one = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    socket.end(one.repeat(count));
    const answers = await text(socket).catch(() => "");
    return answers.split("HTTP/1.1 200").length - 1;
  };
  try {
    await expect(send(8)).resolves.toBe(8);
    started = 0;
    await expect(send(1_000)).resolves.toBeLessThanOrEqual(8);
    expect(started).toBeLessThanOrEqual(8);
  } finally {
    await closeServer(server);
  }
});
