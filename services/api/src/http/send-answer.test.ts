import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { expect, test } from "@jest/globals";
import { httpErrorHandler } from "@waiter/errors";
import { silentLogger } from "@waiter/logger";
import express from "express";
import { ByteBudget } from "./byte-budget.ts";
import { sendAnswer } from "./send-answer.ts";

/** Bytes of an answer of which the kernel takes a part, for a client that does not read. */
const longBytes = 20_000_000;
/** Compressed, it has half of its bytes. */
const text = randomBytes(longBytes / 2).toString("hex");

/** A server of answers of so many bytes to these addresses; one address may hold a share. */
async function serve(maxBytesPerAddress: number) {
  const answers = new ByteBudget({ maxBytes: 50_000_000, maxBytesPerAddress });
  const closed: Promise<unknown>[] = [];
  const sent: Promise<void>[] = [];
  const app = express();
  app.get("/:address/:bytes", async (request, response) => {
    response.locals.client = { address: request.params.address };
    closed.push(once(response, "close"));
    const content = text.slice(0, Number(request.params.bytes));
    const hasSecrets = request.get("accept-encoding") !== "gzip";
    const sending = { request, response, hasSecrets, isConditional: false, answers };
    sent.push(sendAnswer({ status: 200, text: { type: "text/plain", content } }, sending));
    await sent.at(-1);
  });
  app.use(httpErrorHandler(silentLogger));
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const ask = async (address: string, bytes: number) => {
    const { status, headers } = await fetch(`http://127.0.0.1:${port}/${address}/${bytes}`, {
      method: "HEAD",
    });
    return [status, headers.get("retry-after")];
  };
  /** Asks for a long answer, and reads nothing of it. */
  const neverRead = async (address: string, header = "") => {
    const slow = connect(port, "127.0.0.1");
    slow.write(`GET /${address}/${longBytes} HTTP/1.1\r\nHost: a\r\n${header}\r\n`);
    await once(server, "request");
    return slow;
  };
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { ask, neverRead, close, closed, sent };
}

test("a long answer is refused while too many bytes wait for the caller's address", async () => {
  const { ask, neverRead, close, closed } = await serve(30_000_000);
  try {
    const slow = await neverRead("192.0.2.1");
    expect(await ask("192.0.2.1", longBytes)).toEqual([503, "1"]);
    expect(await ask("192.0.2.1", 1_000)).toEqual([200, null]);
    expect(await ask("192.0.2.2", longBytes)).toEqual([200, null]);
    slow.destroy();
    await closed[0];
    expect(await ask("192.0.2.1", longBytes)).toEqual([200, null]);
  } finally {
    close();
  }
});

test("a compressed answer counts by the bytes that wait", async () => {
  const { ask, neverRead, close, closed, sent } = await serve(35_000_000);
  try {
    const slow = await neverRead("192.0.2.1", "Accept-Encoding: gzip\r\n");
    await sent[0];
    expect(await ask("192.0.2.1", longBytes)).toEqual([200, null]);
    await neverRead("192.0.2.1");
    expect(await ask("192.0.2.1", 14_000_000)).toEqual([503, "1"]);
    slow.destroy();
    await closed[0];
  } finally {
    close();
  }
});

test("an answer that is longer than an address' share is sent where no other waits", async () => {
  const { ask, neverRead, close } = await serve(1_000_000);
  try {
    expect(await ask("192.0.2.1", longBytes)).toEqual([200, null]);
    await neverRead("192.0.2.1");
    expect(await ask("192.0.2.1", longBytes)).toEqual([503, "1"]);
  } finally {
    close();
  }
});
