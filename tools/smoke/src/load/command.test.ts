import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { command } from "./command.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  server = createServer(answer);
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
const asking = { host: "demo.waiter.test", token: "t", body: {} };

test("two attempts that time out are followed by a third with the same key", async () => {
  const keys: unknown[] = [];
  const url = await serve((request, response) => {
    keys.push(request.headers["idempotency-key"]);
    if (keys.length > 2) response.setHeader("content-type", "application/json").end("{}");
  });
  // A patience that no attempt on a busy machine exceeds.
  const { answer, vain } = await command(url, { ...asking, timeoutMs: 1_000, patienceMs: 60_000 });
  expect(answer?.status).toBe(200);
  expect([keys.length, new Set(keys).size]).toEqual([3, 1]);
  expect(vain).toHaveLength(2);
  for (const attempt of vain) expect(attempt).toMatch(/ms: .*did not answer/u);
});

test("a server that never answers is given up when the patience ends", async () => {
  const url = await serve(() => undefined);
  const { answer, vain } = await command(url, { ...asking, timeoutMs: 50, patienceMs: 300 });
  expect(answer).toBeUndefined();
  expect(vain.length).toBeGreaterThan(0);
});
