import type { RequestListener } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "@jest/globals";
import { closeServer, createHttpServer, listen, type HttpServerOptions } from "./index.ts";

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of undo.splice(0)) await close();
});

/** A connection that reads only when it is resumed, to a server that refuses every body unread. */
async function connectTo(options: Partial<HttpServerOptions> = {}): Promise<Socket> {
  const refuse: RequestListener = (_request, response) =>
    void response.writeHead(413, { Connection: "close" }).end("too large");
  const server = createHttpServer(refuse, { keepAliveMs: 5_000, ...options });
  const port = await listen(server, 0, "127.0.0.1");
  undo.push(() => closeServer(server));
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  socket.pause();
  return socket;
}
const head = (length: number): string =>
  `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`;

test("a caller that reads once its long body is written gets the refusal", async () => {
  const body = Buffer.alloc(20_000_000);
  const socket = await connectTo();
  socket.write(head(body.length));
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.write(body, () => resolve());
  });
  socket.end();
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 413 [^]*too large/);
});

test("a refused body that does not end is dropped for a bounded time", async () => {
  const socket = await connectTo({ lingerMs: 200 });
  socket.on("error", () => undefined).write(`${head(1_000_000_000)}begun`);
  const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const keepOn = setInterval(() => socket.write("more"), 20);
  try {
    expect(await text(socket)).toContain("too large");
    await ended;
  } finally {
    clearInterval(keepOn);
    socket.destroy();
  }
});
