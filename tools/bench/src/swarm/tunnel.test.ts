import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "@jest/globals";
import { Tunnel, type TunnelStream } from "./tunnel.ts";

/** Both ends of a tunnel; `receive` gets what the near end opens. */
async function setUp(receive: (stream: TunnelStream) => void) {
  const server = createServer((socket) => void new Tunnel(socket, receive)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const close = (): void => {
    socket.destroy();
    server.close();
  };
  return { tunnel: new Tunnel(socket), [Symbol.dispose]: close };
}

test("streams of one tunnel keep their bytes apart, and both sides see an end", async () => {
  using t = await setUp((stream) => void stream.pipe(stream));
  const sent = ["a", "b".repeat(200_000), "c"];
  const answers = sent.map((each) => {
    const stream = t.tunnel.open();
    stream.write(each.slice(0, 1));
    stream.end(each.slice(1));
    return text(stream);
  });
  expect(await Promise.all(answers)).toEqual(sent);
});

test("what is written together arrives in one read", async () => {
  const reads: string[] = [];
  using t = await setUp((stream) => {
    stream.on("data", (read: Buffer) => reads.push(read.toString()));
    stream.on("end", () => stream.end());
  });
  const stream = t.tunnel.open();
  stream.cork();
  stream.write("head");
  stream.write("payload");
  stream.uncork();
  stream.end();
  await text(stream);
  expect(reads).toEqual(["headpayload"]);
});
