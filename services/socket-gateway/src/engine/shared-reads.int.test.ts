import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import type { WebSocket } from "ws";
import type { ConnectionBudget } from "./connection-budget.ts";
import { createWsEngine } from "./create-ws-engine.ts";
import { InputTurns } from "./input-turns.ts";

const unlimited = { burst: 1e9, perSecond: 1e9 };
const maxPayload = 1_000_000;
const generous = {
  handshakeMessages: 1e9,
  handshakeMessageBytes: maxPayload,
  maxMessageBytes: maxPayload,
  messageRate: unlimited,
  receivedByteRate: unlimited,
  answerByteRate: unlimited,
};

interface Seen {
  /** Messages; `3` is a pong, by either way. */
  readonly messages: string[];
  /** Pongs that the receiver of ws did not see. */
  direct: number;
  isShared: boolean;
  isClosed: boolean;
}

/** @param isAbsent Node's handles lack the method that shared reads need. */
async function serve({ isAbsent = false, limits = generous, isJoined = true } = {}) {
  const http = createServer();
  const seen = new Map<string, Seen>();
  const exceeded: unknown[] = [];
  const Engine = createWsEngine({
    limits,
    turns: new InputTurns({ handshakeTurnMs: 1_000 }),
    onExceeded: (connection) => exceeded.push(connection),
    compressFromBytes: 1_000,
  });
  const webSockets = new Engine({ noServer: true, maxPayload, perMessageDeflate: false });
  http.on("connection", (socket: Socket & { _handle: { useUserBuffer?: unknown } }) => {
    if (isAbsent) socket._handle.useUserBuffer = undefined;
  });
  http.on("upgrade", (request, socket: Socket, head) =>
    webSockets.handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
      const { budget } = webSocket as WebSocket & { budget: ConnectionBudget };
      if (isJoined) budget.join();
      const own: Seen = { messages: [], direct: 0, isShared: false, isClosed: false };
      const buffer = Object.getOwnPropertySymbols(socket).find(
        ({ description }) => description === "kBuffer",
      );
      own.isShared = buffer !== undefined && Reflect.get(socket, buffer) !== null;
      seen.set(request.url ?? "", own);
      const onPacket = ({ type }: { type: string }): void => {
        expect(type).toBe("pong");
        own.direct += 1;
        own.messages.push("3");
      };
      Object.assign(webSocket, { transport: { onPacket } });
      webSocket.on("message", (data: Buffer) => own.messages.push(data.toString()));
      webSocket.on("error", () => undefined);
      webSocket.on("close", () => (own.isClosed = true));
    }),
  );
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  return {
    seen: (path: string) => seen.get(path),
    exceeded,
    open: (path: string) => openTo(port, path),
    [Symbol.asyncDispose]: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

async function openTo(port: number, path: string): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => undefined);
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
      "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
  );
  await once(socket, "data");
  return socket;
}

function frame(opcode: number, payload: Buffer | string, first = 0x80): Buffer {
  const data = Buffer.from(payload);
  const head = Buffer.alloc(data.length < 126 ? 2 : 10);
  head[0] = first | opcode;
  head[1] = 0x80 | (data.length < 126 ? data.length : 127);
  if (data.length >= 126) head.writeUInt32BE(data.length, 6);
  const key = Buffer.from([7, 11, 13, data.length & 255]);
  return Buffer.concat([head, key, data.map((byte, index) => byte ^ (key[index % 4] ?? 0))]);
}
const pong = frame(1, "3");
const [compressed, unfinished] = [0xc0, 0];

/** Small numbers that are the same in each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

/** Frames of every kind, and the messages that they are. */
function someFrames(name: string, below: (most: number) => number): [Buffer[], string[]] {
  const kinds: ((id: string) => [Buffer[], string])[] = [
    () => [[pong], "3"],
    () => [[pong], "3"],
    (id) => [[frame(1, id)], id],
    (id) => [[frame(1, id.repeat(20_000))], id.repeat(20_000)],
    (id) => [[frame(1, id, unfinished), frame(9, "ping"), frame(0, "end")], `${id}end`],
    (id) => [[frame(1, deflateRawSync(id.repeat(50)), compressed)], id.repeat(50)],
    (id) => [[frame(1, "3", unfinished), frame(0, id)], `3${id}`],
  ];
  const parts = Array.from({ length: 60 }, (_, index) =>
    kinds[below(kinds.length)]?.(`${name}.${index} `),
  ).flatMap((part) => (part === undefined ? [] : [part]));
  return [parts.flatMap(([frames]) => frames), parts.map(([, message]) => message)];
}

/** Writes in pieces that end anywhere. */
async function writePieces(
  socket: Socket,
  bytes: Buffer,
  below: (most: number) => number,
): Promise<void> {
  for (let start = 0; start < bytes.length;) {
    const end = start + [1, 3, 7, 9, 40, 5_000, 90_000][below(7)]!;
    socket.write(bytes.subarray(start, end));
    start = end;
    if (below(2) === 0) await sleep(1);
  }
}

const until = async (isTrue: () => boolean): Promise<void> => {
  for (const end = Date.now() + 10_000; !isTrue(); await sleep(5))
    if (Date.now() > end) throw new Error("did not happen within 10 s");
};

describe.each([
  ["shared reads", false],
  ["a Node without them", true],
])("%s", (_name, isAbsent) => {
  test("frames of many connections arrive whole, wherever their reads end", async () => {
    await using server = await serve({ isAbsent });
    await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        const [path, below] = [`/${index}`, numbers(index + 1)];
        const socket = await server.open(path);
        const [frames, messages] = someFrames(String(index), below);
        await writePieces(socket, Buffer.concat(frames), below);
        await until(() => (server.seen(path)?.messages.length ?? 0) >= messages.length);
        expect(server.seen(path)?.messages).toEqual(messages);
        expect(server.seen(path)?.isShared).toBe(!isAbsent);
        socket.destroy();
      }),
    );
  });

  test("a pong alone in its read goes past ws; one with other frames does not", async () => {
    await using server = await serve({ isAbsent });
    const socket = await server.open("/");
    const seen = server.seen("/");
    for (const frames of [
      pong,
      Buffer.concat([pong, pong]),
      Buffer.concat([pong, frame(1, "4a")]),
    ]) {
      socket.write(frames);
      await sleep(50);
    }
    expect(seen?.messages).toEqual(["3", "3", "3", "3", "4a"]);
    expect(seen?.direct).toBe(1);
    socket.destroy();
  });

  test("a pong in a fragmented message and one after the close stay errors of ws", async () => {
    await using server = await serve({ isAbsent });
    const [inside, after] = [await server.open("/inside"), await server.open("/after")];
    inside.write(frame(1, "4a", unfinished));
    after.write(frame(8, Buffer.from([3, 232])));
    await sleep(50);
    for (const socket of [inside, after]) socket.write(pong);
    await until(() => ["/inside", "/after"].every((path) => server.seen(path)?.isClosed));
    for (const path of ["/inside", "/after"]) expect(server.seen(path)?.messages).toEqual([]);
  });

  test("pongs count: a flood of them ends the connection", async () => {
    await using server = await serve({
      isAbsent,
      limits: { ...generous, messageRate: { burst: 5, perSecond: 0 } },
    });
    const socket = await server.open("/");
    for (let count = 0; count < 80 && !socket.closed; count += 1) {
      socket.write(pong);
      await sleep(2);
    }
    await until(() => server.seen("/")?.isClosed === true);
    expect(server.exceeded).toHaveLength(1);
    expect(server.seen("/")?.messages.length).toBeLessThanOrEqual(55);
  });

  test("pongs before a user is known are messages of the handshake", async () => {
    await using server = await serve({
      isAbsent,
      isJoined: false,
      limits: { ...generous, handshakeMessages: 2 },
    });
    const socket = await server.open("/");
    for (let count = 0; count < 3; count += 1) {
      socket.write(pong);
      await sleep(20);
    }
    await until(() => server.seen("/")?.isClosed === true);
    expect([server.seen("/")?.messages, server.seen("/")?.direct]).toEqual([["3", "3"], 0]);
  });
});

test("a reader that pauses gets everything later, in order", async () => {
  await using server = await serve();
  const socket = await server.open("/");
  const messages = Array.from({ length: 40 }, (_, index) => String(index).repeat(20_000));
  // More than the kernel's buffers take while one message is processed per turn.
  for (const message of messages) socket.write(frame(1, message));
  await until(() => server.seen("/")?.messages.length === messages.length);
  expect(server.seen("/")?.messages).toEqual(messages);
  socket.end();
  await until(() => server.seen("/")?.isClosed === true);
});
