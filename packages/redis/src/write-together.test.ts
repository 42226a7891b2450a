import { Writable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import type { Redis } from "ioredis";
import { writeTogether } from "./write-together.ts";

/** A client whose commands are texts, and what its connection has written. */
function recording() {
  const writes: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write: (text: string, _encoding, done) => {
      writes.push(text);
      done();
    },
    writev: (chunks, done) => {
      writes.push(chunks.map(({ chunk }) => String(chunk)).join(" "));
      done();
    },
  });
  const client = { stream, sendCommand: (text: string) => void stream.write(text) };
  writeTogether(client as unknown as Redis);
  return { client, writes };
}

test("commands of one turn of the loop share a write, in order", async () => {
  const { client, writes } = recording();
  client.sendCommand("a");
  client.sendCommand("b");
  // As another socket's input does in the same turn.
  await new Promise<void>((resolve) => process.nextTick(resolve));
  client.sendCommand("c");
  await turn();
  expect(writes).toEqual(["a b c"]);
  client.sendCommand("d");
  await turn();
  expect(writes).toEqual(["a b c", "d"]);
});

test("commands of a long turn do not wait for its end", async () => {
  const { client, writes } = recording();
  client.sendCommand("a");
  client.sendCommand("b");
  const end = performance.now() + 6;
  while (performance.now() < end);
  client.sendCommand("c");
  expect(writes).toEqual(["a b"]);
  client.sendCommand("d");
  await turn();
  expect(writes).toEqual(["a b", "c d"]);
});
