import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { constants, deflateRawSync } from "node:zlib";
import type { Target } from "./target.ts";

/** One masked frame of a WebSocket client. @param first the byte of FIN, RSV and opcode. */
export function frame(first: number, payload: Buffer | string = ""): Buffer {
  const bytes = Buffer.from(payload);
  const head = Buffer.alloc(bytes.length < 126 ? 2 : bytes.length < 65_536 ? 4 : 10);
  head[0] = first;
  if (head.length === 2) head[1] = bytes.length;
  else if (head.length === 4) head.writeUInt16BE(bytes.length, 2);
  else head.writeUInt32BE(bytes.length, 6);
  if (head.length > 2) head[1] = head.length === 4 ? 126 : 127;
  head[1] = (head[1] ?? 0) | 0x80;
  // A key of zeros leaves the payload as it is.
  return Buffer.concat([head, Buffer.alloc(4), bytes]);
}
export const text = (content: string): Buffer => frame(0x81, content);
export const ping = (): Buffer => frame(0x89, "x".repeat(125));
/** Compressed bytes that inflate to the text. */
export const bomb = (content: string): Buffer =>
  frame(0xc1, deflateRawSync(content, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4));
export const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;
export const repeat = (count: number, bytes: Buffer): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => bytes));

/** A TCP connection that ends with the attack. */
export function tcp(target: Target, port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  const end = (): void => void socket.destroy();
  target.signal.addEventListener("abort", end, { once: true });
  socket.once("close", () => target.signal.removeEventListener("abort", end));
  return socket;
}

export const gone = async (socket: Socket): Promise<void> => {
  if (!socket.destroyed) await once(socket, "close").catch(() => undefined);
};

/** Writes bytes on a connection of its own and waits until the server has ended it. */
export async function sendUntilCut(
  target: Target,
  port: number,
  bytes: Buffer | string,
): Promise<void> {
  const socket = tcp(target, port).resume();
  socket.write(bytes);
  await gone(socket);
  target.count("cut");
}

export interface SocketOptions {
  readonly headers?: string;
  readonly compressed?: boolean;
  readonly host?: string;
}

/** Opens a WebSocket at the gateway as a bare TCP connection; undefined where it is refused. */
export async function openSocket(
  target: Target,
  { headers = "", compressed = false, host = target.place.host }: SocketOptions = {},
): Promise<Socket | undefined> {
  const socket = tcp(target, target.gatewayPort);
  socket.write(
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${host}\r\n` +
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
      `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}` +
      `${compressed ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : ""}\r\n`,
  );
  const [first] = (await Promise.race([once(socket, "data"), gone(socket).then(() => [])]).catch(
    () => [],
  )) as [Buffer?];
  const isOpen = first?.toString("latin1").startsWith("HTTP/1.1 101") === true;
  target.count(isOpen ? "answered" : "refused");
  if (!isOpen) socket.destroy();
  return isOpen ? socket : undefined;
}

/** Opens a socket and joins a namespace; undefined where the gateway refuses. */
export async function join(
  target: Target,
  token: string,
  namespace: "/guest" | "/staff" = "/guest",
  options: SocketOptions = {},
): Promise<Socket | undefined> {
  const socket = await openSocket(target, options);
  if (socket === undefined) return undefined;
  const isJoined = new Promise<boolean>((resolve) => {
    let heard = "";
    const look = (data: Buffer): void => {
      heard += data.toString("latin1");
      if (heard.includes(`40${namespace},{`)) resolve(true);
      else if (heard.includes(`44${namespace}`)) resolve(false);
    };
    socket.on("data", look);
    void gone(socket).then(() => resolve(false));
  });
  socket.write(text(`40${namespace},${JSON.stringify({ token })}`));
  if (await isJoined) return socket;
  target.count("refused");
  socket.destroy();
  return undefined;
}

/** Joins on many connections, writes the same bytes on each and waits until they are cut. */
export async function floodJoined(target: Target, lanes: number, bytes: Buffer): Promise<void> {
  const { guests } = target.place;
  await target.until(lanes, async (lane) => {
    const socket = await join(target, guests[lane % guests.length] ?? "");
    if (socket === undefined) return;
    socket.write(bytes);
    await gone(socket);
    target.count("cut");
  });
}
