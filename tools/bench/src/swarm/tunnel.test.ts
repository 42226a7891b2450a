import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "@jest/globals";
import { Tunnel } from "./tunnel.ts";

test("streams of one tunnel keep their bytes apart, and both sides see an end", async () => {
  const server = createServer(
    (socket) => void new Tunnel(socket, (stream) => void stream.pipe(stream)),
  ).listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const tunnel = new Tunnel(socket);
  const sent = ["a", "b".repeat(200_000), "c"];
  const answers = sent.map((each) => {
    const stream = tunnel.open();
    stream.write(each.slice(0, 1));
    stream.end(each.slice(1));
    return text(stream);
  });
  expect(await Promise.all(answers)).toEqual(sent);
  socket.destroy();
  server.close();
});
