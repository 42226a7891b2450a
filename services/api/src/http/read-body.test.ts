import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { expect, test } from "@jest/globals";
import { ByteBudget } from "./byte-budget.ts";
import { readBody } from "./read-body.ts";

/** A request whose client has gone, and its connection's end has been noticed. */
async function abandoned(text: string): Promise<IncomingMessage> {
  const server = createServer(() => undefined).listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  client.write(`POST / HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n${text}`);
  const [request] = (await once(server, "request")) as [IncomingMessage];
  const closed = new Promise<void>((resolve) => request.once("close", resolve));
  client.destroy();
  await closed;
  server.close();
  return request;
}

test.each([
  ["a length", "Content-Length: 100\r\n\r\n{"],
  ["chunks", "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"],
])(
  "a body of %s that broke off before it is read holds no budget",
  async (_, text) => {
    const budget = new ByteBudget({ maxBytes: 100, maxBytesPerAddress: 100 });
    const options = { limit: 100, timeoutMs: 60_000, budget, address: "a" };
    await expect(readBody(await abandoned(text), options)).rejects.toMatchObject({
      code: "bad_request",
    });
    budget.open("a").add(100);
  },
  2_000,
);
