import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { expect, test } from "@jest/globals";
import { httpErrorHandler } from "@waiter/errors";
import { silentLogger } from "@waiter/logger";
import express from "express";
import { ByteBudget } from "./byte-budget.ts";
import { sendAnswer } from "./send-answer.ts";

test("a long answer is refused while too many bytes wait for the caller's address", async () => {
  const answers = new ByteBudget({ maxBytes: 50_000_000, maxBytesPerAddress: 30_000_000 });
  const closed: Promise<unknown>[] = [];
  const app = express();
  app.get("/:address/:bytes", async (request, response) => {
    response.locals.client = { address: request.params.address };
    closed.push(once(response, "close"));
    const text = { type: "text/plain", content: "x".repeat(Number(request.params.bytes)) };
    const sending = { request, response, hasSecrets: true, isConditional: false, answers };
    await sendAnswer({ status: 200, text }, sending);
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
  const slow = connect(port, "127.0.0.1");
  try {
    // The kernel holds some megabytes of it.
    slow.write("GET /192.0.2.1/20000000 HTTP/1.1\r\nHost: a\r\n\r\n");
    await once(server, "request");
    expect(await ask("192.0.2.1", 20_000_000)).toEqual([503, "1"]);
    expect(await ask("192.0.2.1", 1_000)).toEqual([200, null]);
    expect(await ask("192.0.2.2", 20_000_000)).toEqual([200, null]);
    slow.destroy();
    await closed[0];
    expect(await ask("192.0.2.1", 20_000_000)).toEqual([200, null]);
  } finally {
    slow.destroy();
    server.closeAllConnections();
    server.close();
  }
});
