import type { Duplex } from "node:stream";
import { transports } from "engine.io";
import { encodeText, type QueuedPacket, type RawSocket } from "./ws-internals.ts";

interface Packet extends QueuedPacket {
  readonly type: string;
}
/** The members of engine.io's transport that its types do not export. */
interface OpenTransport {
  readonly socket: RawSocket;
  emit(event: "drain"): boolean;
}

const open = 1;
/** First character of each packet in engine.io's protocol 4. */
const packetTypes: Readonly<Record<string, string>> = {
  open: "0",
  close: "1",
  ping: "2",
  pong: "3",
  message: "4",
  upgrade: "5",
  noop: "6",
};

const corked: Duplex[] = [];
function uncorkAll(): void {
  for (const tcp of corked.splice(0)) tcp.uncork();
}

/**
 * engine.io's WebSocket transport, which writes at once instead of after the write before: what a
 * turn's tick sends to a connection (the answer to its handshake, its ticket, the status) leaves in
 * one system call. Bytes that the kernel does not take wait in the TCP socket, where
 * `WriteBufferLimit` counts them.
 */
export class LeanTransport extends transports.websocket {
  override send(packets: Parameters<InstanceType<typeof transports.websocket>["send"]>[0]): void {
    const { socket } = this as unknown as OpenTransport;
    const frames =
      socket.readyState === open ? framesOf(packets as unknown as Packet[], socket) : undefined;
    if (frames === undefined) {
      super.send(packets);
      return;
    }
    const tcp = socket._socket as unknown as Duplex;
    if (corked.length === 0) process.nextTick(uncorkAll);
    tcp.cork();
    corked.push(tcp);
    for (const frame of frames) tcp.write(frame);
    (this as unknown as OpenTransport).emit("drain");
  }
}

/** The frames of text packets; undefined where ws must write one, because it may compress it. */
function framesOf(packets: readonly Packet[], socket: RawSocket): Buffer[] | undefined {
  const threshold = socket._extensions["permessage-deflate"]?.thresholdBytes ?? Infinity;
  const frames: Buffer[] = [];
  for (const { type, data, options } of packets) {
    const [encoded] = options?.wsPreEncodedFrame ?? [];
    if (encoded !== undefined && options?.wsPreEncodedFrame?.length === 1) {
      frames.push(encoded);
      continue;
    }
    const isText = data === undefined || typeof data === "string";
    if (!isText || (data?.length ?? 0) >= threshold - 1) return undefined;
    frames.push(encodeText(`${packetTypes[type] ?? ""}${data ?? ""}`));
  }
  return frames;
}
