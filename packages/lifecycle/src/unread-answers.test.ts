import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { takenOf, UnreadAnswers } from "./unread-answers.ts";

const ended: string[] = [];
beforeEach(() => {
  ended.length = 0;
});
afterEach(() => {
  jest.useRealTimers();
});

/** A connection for whose client 30 bytes wait. */
function connection(name: string, unread: UnreadAnswers) {
  const handle = { bytesWritten: 100, writeQueueSize: 30 };
  const answer = { writableLength: 30 } as ServerResponse;
  const socket = { _handle: handle, destroy: () => end() } as unknown as Socket;
  const end = (): void => {
    ended.push(name);
    unread.forget(socket);
  };
  unread.add(socket, answer);
  return handle;
}

test("clients that have read some end after those who do not read", () => {
  jest.useFakeTimers();
  const unread = new UnreadAnswers(100);
  const stop = unread.start();
  const reader = connection("reader", unread);
  const look = (): void => {
    reader.writeQueueSize -= 1;
    jest.advanceTimersByTime(250);
  };
  look();
  for (const name of ["a", "b", "c"]) connection(name, unread);
  look();
  // 120 of 100 bytes wait, and no client is known not to read.
  expect(ended).toEqual([]);
  look();
  // Of 120 bytes 75 may be left.
  expect(ended).toEqual(["a", "b"]);
  for (const name of ["d", "e"]) connection(name, unread);
  // For once the reader takes nothing, either.
  reader.writeQueueSize += 1;
  look();
  expect(ended).toEqual(["a", "b", "c"]);
  connection("f", unread);
  look();
  expect(ended).toEqual(["a", "b", "c", "d", "e"]);
  stop();
});

test("where too much is left for a look, clients that read slowly end too", () => {
  jest.useFakeTimers();
  const unread = new UnreadAnswers(100);
  const stop = unread.start();
  const readers = ["a", "b", "c", "d"].map((name) => connection(name, unread));
  const look = (): void => {
    for (const reader of readers) reader.writeQueueSize -= 1;
    jest.advanceTimersByTime(250);
  };
  look();
  look();
  expect(ended).toEqual(["a", "b"]);
  stop();
});

test("a socket tells how many bytes the kernel has taken", async () => {
  const content = Buffer.alloc(32_000_000);
  const server = createServer((socket) => socket.end(content)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted = once(server, "connection");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [socket] = (await accepted) as [Socket];
  for (const end of [client, socket]) end.on("error", () => undefined);
  const before = takenOf(socket);
  expect(before).toBeLessThan(content.length);
  const finished = once(socket, "finish");
  client.resume();
  await once(client, "data");
  while (takenOf(socket) === before) await new Promise((resolve) => setTimeout(resolve, 5));
  await finished;
  client.destroy();
  server.close();
});
