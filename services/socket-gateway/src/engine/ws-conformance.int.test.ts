import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { once } from "node:events";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { WebSocketServer, type WebSocket } from "ws";
import { createWsEngine } from "./create-ws-engine.ts";
import { InputTurns } from "./input-turns.ts";

/** Bytes of the longest message, in all servers of this test. */
const maxPayload = 4_096;
const unlimited = { burst: 1e9, perSecond: 1e9 };
const limits = {
  handshakeMessages: 1e9,
  handshakeMessageBytes: maxPayload,
  maxMessageBytes: maxPayload,
  messageRate: unlimited,
  receivedByteRate: unlimited,
  answerByteRate: unlimited,
};
/** As the engine negotiates: its frames are shared, so that no client may limit their window. */
const agreed = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: false as unknown as number,
};

/** What one side saw of a connection. */
interface Seen {
  readonly messages: string[];
  readonly errors: string[];
  closed: [code: number, reason: string] | undefined;
}
interface EchoServer {
  readonly port: number;
  readonly seen: Seen[];
  /** Resolves when all connections have closed. */
  closed(): Promise<unknown>;
  close(): Promise<void>;
}

async function echo(webSockets: WebSocketServer): Promise<EchoServer> {
  const http: Server = createServer();
  const seen: Seen[] = [];
  const open = new Set<Promise<unknown>>();
  http.on("upgrade", (request, socket, head) =>
    webSockets.handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
      const own: Seen = { messages: [], errors: [], closed: undefined };
      seen.push(own);
      webSocket.on("message", (data: Buffer, isBinary) => {
        own.messages.push(`${isBinary ? "binary" : "text"} ${data.toString("hex")}`);
        webSocket.send(data, { binary: isBinary });
      });
      webSocket.on("ping", (data: Buffer) => own.messages.push(`ping ${data.toString("hex")}`));
      webSocket.on("pong", (data: Buffer) => own.messages.push(`pong ${data.toString("hex")}`));
      webSocket.on("error", (error: NodeJS.ErrnoException) =>
        own.errors.push(`${error.name} ${error.code}`),
      );
      open.add(new Promise((resolve) => webSocket.on("close", resolve)));
      webSocket.on("close", (code: number, reason: Buffer) => {
        own.closed = [code, reason.toString()];
      });
    }),
  );
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return {
    port: (http.address() as AddressInfo).port,
    seen,
    closed: () => Promise.all(open),
    close: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

const plain = (compressed: boolean) =>
  echo(
    new WebSocketServer({
      noServer: true,
      maxPayload,
      perMessageDeflate: compressed ? { ...agreed, threshold: 0 } : false,
    }),
  );
const guarded = (compressed: boolean) => {
  const Engine = createWsEngine({
    limits,
    turns: new InputTurns({ handshakeTurnMs: 1_000 }),
    onExceeded: () => undefined,
    compressFromBytes: compressed ? 0 : undefined,
  });
  return echo(new Engine({ noServer: true, maxPayload, perMessageDeflate: false }));
};

/** A client's frame. */
function frame(
  opcode: number,
  payload: Buffer | string = "",
  { fin = true, rsv = 0, mask = true, length }: Partial<FrameOptions> = {},
): Buffer {
  const data = Buffer.from(payload);
  const size = length ?? data.length;
  const head =
    size < 126
      ? Buffer.from([0, size])
      : size < 65_536
        ? Buffer.from([0, 126, size >> 8, size & 255])
        : Buffer.concat([Buffer.from([0, 127, 0, 0, 0, 0]), uint32(size)]);
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  if (!mask) return Buffer.concat([head, data]);
  head[1] = (head[1] ?? 0) | 0x80;
  const key = Buffer.from([1, 2, 3, 4]);
  return Buffer.concat([head, key, data.map((byte, index) => byte ^ (key[index % 4] ?? 0))]);
}
interface FrameOptions {
  readonly fin: boolean;
  /** RSV1, RSV2 and RSV3 as 4, 2 and 1. */
  readonly rsv: number;
  readonly mask: boolean;
  readonly length: number;
}
const uint32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
};
const deflate = (text: string | Buffer, finishFlush = constants.Z_SYNC_FLUSH): Buffer => {
  const deflated = deflateRawSync(text, { finishFlush });
  return finishFlush === constants.Z_SYNC_FLUSH ? deflated.subarray(0, -4) : deflated;
};
const [text, binary, continuation, closing, ping, pong] = [1, 2, 0, 8, 9, 10] as const;
const rsv1 = { rsv: 4 };
const closeFrame = (code: number, reason = ""): Buffer =>
  frame(closing, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]));
const goodbye = closeFrame(1_000, "done");

/** Handshake, frames, and everything that the server answers until it ends the connection. */
async function talk(port: number, extensions: string | undefined, frames: readonly Buffer[]) {
  const socket = connect(port, "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.on("error", () => undefined);
  socket.write(
    "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
      `${extensions === undefined ? "" : `Sec-WebSocket-Extensions: ${extensions}\r\n`}\r\n`,
  );
  socket.write(Buffer.concat(frames));
  await once(socket, "close");
  const answer = Buffer.concat(chunks);
  const end = answer.indexOf("\r\n\r\n") + 4;
  const head = answer.subarray(0, end).toString().split("\r\n");
  return {
    status: head[0],
    extensions: head.find((line) => /^sec-websocket-extensions/i.test(line)),
    frames: head[0]?.includes("101") === true ? readFrames(answer.subarray(end)) : [],
  };
}

/** Frames of the server, inflated: two servers may compress the same text to different bytes. */
function readFrames(bytes: Buffer): string[] {
  const frames: string[] = [];
  for (let rest = bytes; rest.length >= 2;) {
    const [first = 0, second = 0] = rest;
    const [size, start] =
      second < 126
        ? [second, 2]
        : second === 126
          ? [rest.readUInt16BE(2), 4]
          : [rest.readUInt32BE(6), 10];
    let payload = rest.subarray(start, start + size);
    if ((first & 0x40) !== 0)
      payload = inflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH });
    frames.push(`${first & 0xbf} ${payload.toString("hex")}`);
    rest = rest.subarray(start + size);
  }
  return frames;
}

const anyCases: [string, Buffer[]][] = [
  ["a text message", [frame(text, "hello")]],
  ["an empty text message", [frame(text)]],
  ["a binary message", [frame(binary, Buffer.from([0, 255, 1]))]],
  ["the largest message", [frame(text, "x".repeat(maxPayload))]],
  ["a message that is too large", [frame(text, "x".repeat(maxPayload + 1))]],
  ["a length beyond 2^16", [frame(text, "", { length: 70_000 })]],
  ["many messages in one chunk", Array.from({ length: 50 }, (_, n) => frame(text, String(n)))],
  [
    "a message in fragments",
    [
      frame(text, "a", { fin: false }),
      frame(continuation, "b", { fin: false }),
      frame(continuation, "c"),
    ],
  ],
  [
    "a ping between fragments",
    [frame(text, "a", { fin: false }), frame(ping, "p"), frame(continuation, "b")],
  ],
  [
    "fragments that are too large together",
    [frame(text, "x".repeat(3_000), { fin: false }), frame(continuation, "x".repeat(3_000))],
  ],
  ["pings and pongs", [frame(ping), frame(ping, "x".repeat(125)), frame(pong, "y")]],
  ["a ping of 126 bytes", [frame(ping, "x".repeat(126))]],
  ["a ping in fragments", [frame(ping, "x", { fin: false })]],
  ["a continuation without a start", [frame(continuation, "x")]],
  ["a new message inside of another", [frame(text, "a", { fin: false }), frame(text, "b")]],
  ["invalid UTF-8", [frame(text, Buffer.from([0xc3, 0x28]))]],
  [
    "invalid UTF-8 over fragments",
    [frame(text, Buffer.from([0xe2]), { fin: false }), frame(continuation, Buffer.from([0x28]))],
  ],
  [
    "valid UTF-8 split over fragments",
    [
      frame(text, Buffer.from([0xe2, 0x82]), { fin: false }),
      frame(continuation, Buffer.from([0xac])),
    ],
  ],
  ["an unmasked frame", [frame(text, "x", { mask: false })]],
  ["a reserved opcode", [frame(3, "x")]],
  ["a reserved control opcode", [frame(11, "x")]],
  ["RSV2", [frame(text, "x", { rsv: 2 })]],
  ["RSV3", [frame(text, "x", { rsv: 1 })]],
  ["RSV1 on a ping", [frame(ping, "x", rsv1)]],
  ["RSV1 on a continuation", [frame(text, "a", { fin: false }), frame(continuation, "b", rsv1)]],
  ["RSV1 on an uncompressed message", [frame(text, "not deflated", rsv1)]],
  ["a close without a code", [frame(closing)]],
  ["a close of one byte", [frame(closing, "x")]],
  ["a close with a code and a reason", [closeFrame(4_001, "bye")]],
  ["a close with a reserved code", [closeFrame(1_005)]],
  ["a close with an unknown code", [closeFrame(2_000)]],
  ["a close with invalid UTF-8", [frame(closing, Buffer.from([3, 232, 0xc3, 0x28]))]],
  ["messages after a close", [closeFrame(1_000), frame(text, "late")]],
];
const compressedCases: [string, Buffer[]][] = [
  ["a compressed message", [frame(text, deflate("hello ".repeat(50)), rsv1)]],
  ["a compressed binary message", [frame(binary, deflate(Buffer.alloc(500, 7)), rsv1)]],
  ["an empty compressed message", [frame(text, deflate(""), rsv1)]],
  ["a compressed message without payload", [frame(text, "", rsv1)]],
  ["the empty block of RFC 7692", [frame(text, Buffer.from([0]), rsv1)]],
  [
    "a compressed message with a final block",
    [frame(text, deflate("hi", constants.Z_FINISH), rsv1)],
  ],
  [
    "a stored block",
    [
      frame(
        text,
        deflateRawSync("hi", { level: 0, finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4),
        rsv1,
      ),
    ],
  ],
  [
    "messages that repeat each other",
    [frame(text, deflate("abcabc"), rsv1), frame(text, deflate("abcabc"), rsv1)],
  ],
  [
    "compressed and plain messages in turn",
    [frame(text, "a"), frame(text, deflate("b"), rsv1), frame(text, "c")],
  ],
  [
    "a compressed message in fragments",
    [
      frame(text, deflate("hello hello").subarray(0, 4), { ...rsv1, fin: false }),
      frame(ping, "p"),
      frame(continuation, deflate("hello hello").subarray(4)),
    ],
  ],
  ["the largest inflated message", [frame(text, deflate("x".repeat(maxPayload)), rsv1)]],
  ["a message that inflates too large", [frame(text, deflate("x".repeat(maxPayload + 1)), rsv1)]],
  ["a message that inflates far too large", [frame(text, deflate("x".repeat(1_000_000)), rsv1)]],
  [
    "fragments that inflate too large together",
    [
      frame(text, deflate("x".repeat(9_000)).subarray(0, 10), { ...rsv1, fin: false }),
      frame(continuation, deflate("x".repeat(9_000)).subarray(10)),
    ],
  ],
  ["a truncated message", [frame(text, deflate("hello hello hello").subarray(0, 5), rsv1)]],
  ["an invalid block type", [frame(text, Buffer.from([0xff, 0xff, 0xff]), rsv1)]],
  [
    "invalid UTF-8 in a compressed message",
    [frame(text, deflate(Buffer.from([0xc3, 0x28])), rsv1)],
  ],
  ["a close after a compressed message", [frame(text, deflate("x"), rsv1), closeFrame(4_000, "y")]],
];
const offers: (string | undefined)[] = [
  undefined,
  "permessage-deflate",
  "permessage-deflate; client_max_window_bits",
  "permessage-deflate; client_max_window_bits=10",
  "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
  "permessage-deflate; server_max_window_bits=10, permessage-deflate",
  "permessage-deflate; unknown",
  "permessage-deflate; client_max_window_bits=20",
  "permessage-deflate; server_no_context_takeover=1",
  "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
  "x-webkit-deflate-frame",
  "permessage-deflate; =",
];

describe.each([
  ["uncompressed", false],
  ["compressed", true],
])("%s", (_name, compressed) => {
  let reference: EchoServer;
  let own: EchoServer;
  beforeAll(async () => {
    [reference, own] = await Promise.all([plain(compressed), guarded(compressed)]);
  });
  afterAll(async () => {
    await Promise.all([reference.close(), own.close()]);
  });
  const offer = compressed ? "permessage-deflate; client_max_window_bits" : undefined;
  const observe = async (server: EchoServer, extensions: string | undefined, frames: Buffer[]) => {
    const count = server.seen.length;
    const heard = await talk(server.port, extensions, [...frames, goodbye]);
    await server.closed();
    return { heard, seen: server.seen.slice(count) };
  };

  test.each([...anyCases, ...compressedCases])("%s is handled as by ws", async (_case, frames) => {
    const expected = await observe(reference, offer, frames);
    expect(await observe(own, offer, frames)).toEqual(expected);
    expect(expected.heard.status).toContain("101");
  });

  test.each(offers)("the offer %p is answered as by ws", async (extensions) => {
    const expected = await observe(reference, extensions, [frame(text, "hi")]);
    expect(await observe(own, extensions, [frame(text, "hi")])).toEqual(expected);
  });
});
