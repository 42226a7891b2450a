import type { Duplex } from "node:stream";
import { Transport } from "engine.io";
import type { RawData, WebSocket } from "ws";
import { encodeText, type QueuedPacket, type RawSocket } from "./ws-internals.ts";

interface Packet extends QueuedPacket {
  readonly type: string;
}
/** The members of engine.io's transport that its types do not export. */
interface OpenTransport {
  readonly name: string;
  readyState: string;
  writable: boolean;
  readonly parser: {
    encodePacket(packet: Packet, supportsBinary: boolean, done: (data: string) => void): void;
  };
  onData(data: RawData | string): void;
}
const OpenTransport = Transport as unknown as new (request: object) => OpenTransport;

/** The connection that a transport serves. */
interface ServedConnection {
  onPacket(packet: Packet): void;
  onDrain(): void;
  onError(error: Error): void;
  onClose(reason: string): void;
}

/** The WebSocket of a transport, for listeners that all of them share. */
type OwnSocket = WebSocket & RawSocket & { transport: LeanTransport };

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
 * engine.io's WebSocket transport without listeners and closures of its own, for a
 * `LeanConnection`. It writes at once instead of after the write before: what a turn's tick
 * sends to a connection (the answer to its handshake, its ticket, the status) leaves in one system
 * call. Bytes that the kernel does not take wait in the TCP socket, where `WriteBufferLimit` counts
 * them.
 */
export class LeanTransport extends OpenTransport {
  readonly socket: OwnSocket;
  /** Gets the packets and the end; set by the connection. */
  declare connection: ServedConnection;

  constructor(request: { readonly websocket: WebSocket }) {
    super(request);
    this.socket = Object.assign(request.websocket as OwnSocket, { transport: this });
    this.socket.on("message", onMessage);
    this.socket.on("close", onClose);
    this.socket.on("error", onError);
    this.writable = true;
  }

  override get name(): string {
    return "websocket";
  }

  send(packets: readonly Packet[]): void {
    const { socket } = this;
    const tcp = socket._socket as unknown as Duplex | undefined;
    if (tcp !== undefined) {
      if (corked.length === 0) process.nextTick(uncorkAll);
      tcp.cork();
      corked.push(tcp);
    }
    for (const packet of packets) {
      const frame = socket.readyState === open ? frameOf(packet, socket) : undefined;
      if (frame === undefined) this.#sendByWs(packet);
      else tcp?.write(frame);
    }
    this.connection.onDrain();
  }

  /** What ws may compress, and what it reports as not sent. */
  #sendByWs(packet: Packet): void {
    const { socket } = this;
    const onSent = (error?: Error | null): void => {
      if (error) this.onError("write error");
    };
    this.parser.encodePacket(packet, true, (data) => socket.send(data, onSent));
  }

  onPacket(packet: Packet): void {
    this.connection.onPacket(packet);
  }

  onError(message: string): void {
    this.connection.onError(new Error(message));
  }

  onClose(): void {
    this.readyState = "closed";
    this.connection.onClose("transport close");
  }

  doClose(done?: () => void): void {
    this.socket.close();
    done?.();
  }
}

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  (this as OwnSocket).transport.onData(isBinary ? data : (data as Buffer).toString());
}

function onClose(this: WebSocket): void {
  (this as OwnSocket).transport.onClose();
}

function onError(this: WebSocket, { message }: Error): void {
  (this as OwnSocket).transport.onError(message);
}

/** The frame of a text packet; undefined where ws must write it, because it may compress it. */
function frameOf({ type, data, options }: Packet, socket: RawSocket): Buffer | undefined {
  const [encoded] = options?.wsPreEncodedFrame ?? [];
  if (encoded !== undefined && options?.wsPreEncodedFrame?.length === 1) return encoded;
  if (data !== undefined && typeof data !== "string") return undefined;
  const threshold = socket._extensions["permessage-deflate"]?.thresholdBytes ?? Infinity;
  if ((data?.length ?? 0) >= threshold - 1) return undefined;
  return encodeText(`${packetTypes[type] ?? ""}${data ?? ""}`);
}
