import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { WebSocket } from "ws";

/** A WebSocket of Engine.IO without Socket.IO's client, for input that no client sends. */
export interface RawClient {
  readonly socket: WebSocket;
  /** Text messages of the gateway, in order of arrival. */
  readonly received: string[];
  /** Resolves with the close code when the connection has ended. */
  readonly closed: Promise<number>;
  /** Joins a namespace; resolves when the gateway has confirmed it. */
  join(namespace: "/staff" | "/guest", token: string): Promise<void>;
  /** Resolves with the first message, past or future, that begins with the text. */
  message(start: string): Promise<string>;
}

/** @param options of `ws`; its permessage-deflate is off unless set. */
export async function rawClient(
  port: number,
  { host = "pizza.waiter.test", ...options }: WebSocket.ClientOptions & { host?: string } = {},
): Promise<RawClient> {
  const url = `ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`;
  const socket = new WebSocket(url, {
    perMessageDeflate: false,
    ...options,
    headers: { host, ...options.headers },
  });
  const received: string[] = [];
  socket.on("message", (data: Buffer) => received.push(data.toString()));
  socket.on("error", () => undefined);
  const closed = new Promise<number>((resolve) => socket.on("close", resolve));
  const client: RawClient = {
    socket,
    received,
    closed,
    join: async (namespace, token) => {
      socket.send(`40${namespace},${JSON.stringify({ token })}`);
      await client.message(`40${namespace}`);
    },
    message: async (start) => {
      for (;;) {
        const found = received.find((text) => text.startsWith(start));
        if (found !== undefined) return found;
        if (socket.readyState !== WebSocket.OPEN)
          throw new Error(`closed after ${JSON.stringify(received)}`);
        await Promise.race([once(socket, "message"), closed]);
      }
    },
  };
  await once(socket, "open");
  return client;
}

/** Opens a TCP connection, writes the text, and resolves with the answer when the peer ends. */
export async function exchange(port: number, text: string): Promise<string> {
  const socket: Socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.on("error", () => undefined);
  socket.setEncoding("utf8").on("data", (data: string) => (answer += data));
  socket.write(text);
  await once(socket, "close");
  return answer;
}

/** One masked frame of a client. @param compressed sets RSV1. */
export function frameOf(opcode: number, payload: Buffer = Buffer.alloc(0), compressed = false) {
  const head = Buffer.alloc(payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10);
  head[0] = 0x80 | (compressed ? 0x40 : 0) | opcode;
  if (head.length === 2) head[1] = payload.length;
  else if (head.length === 4) {
    head[1] = 126;
    head.writeUInt16BE(payload.length, 2);
  } else {
    head[1] = 127;
    head.writeUInt32BE(payload.length, 6);
  }
  head[1] = (head[1] ?? 0) | 0x80;
  // A key of zeros leaves the payload as it is.
  return Buffer.concat([head, Buffer.alloc(4), payload]);
}

export interface RawSocketOptions {
  readonly host?: string;
  readonly compressed?: boolean;
  readonly headers?: string;
}

/**
 * A WebSocket connection as its TCP socket, for bytes that no WebSocket library sends. Resolves
 * when the gateway has answered the upgrade, with a 101 or a refusal.
 */
export async function rawSocket(
  port: number,
  { host = "pizza.waiter.test", compressed = false, headers = "" }: RawSocketOptions = {},
): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${host}\r\n` +
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
      `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}` +
      `${compressed ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : ""}\r\n`,
  );
  await Promise.race([
    new Promise((resolve) => socket.once("data", resolve)),
    new Promise((resolve) => socket.once("close", resolve)),
  ]);
  return socket;
}
