/**
 * Undocumented parts of engine.io and ws that the gateway uses. This file is pinned to the versions
 * that it was checked against; `ws-internals.test.ts` fails after an upgrade of either.
 */
import type { Duplex } from "node:stream";
import * as ws from "ws";
import type { ConnectionBudget } from "./connection-budget.ts";

/** @testonly */
export const pinnedVersions = {
  "engine.io": "6.6.12",
  "socket.io": "4.8.4",
  "socket.io-adapter": "2.5.8",
  "socket.io-parser": "4.2.7",
  ws: "8.21.3",
} as const;

/** A packet waiting in engine.io's `writeBuffer`. */
export interface QueuedPacket {
  readonly data?: unknown;
  readonly options?: { readonly wsPreEncodedFrame?: readonly Buffer[] };
}

/** The parts of a ws connection that the gateway uses. */
export interface RawSocket {
  readonly readyState: number;
  readonly bufferedAmount: number;
  /** The TCP connection, present while `readyState` is open; frames are written to it. */
  readonly _socket: {
    readonly bytesRead: number;
    readonly writableLength: number;
    write(frame: Buffer): boolean;
  };
  readonly _extensions: { readonly "permessage-deflate"?: { readonly thresholdBytes?: number } };
  /** Set by `create-ws-engine.ts`. */
  readonly budget?: ConnectionBudget<EngineConnection>;
  terminate(): void;
}

/** A ws connection, as the guard of its receiver uses it. */
export interface GuardedSocket {
  readonly budget: ConnectionBudget<EngineConnection>;
  readonly _socket: Duplex;
  readonly _receiver: Receiver;
  /** Set by `lean-transport.ts`; undefined for a client that began with polling. */
  readonly transport?: { onPacket(packet: { readonly type: string }): void };
  pause(): void;
  resume(): void;
  terminate(): void;
}

export type Callback = (error?: Error | null) => void;

/** The receiver of ws, which parses the frames of one connection; a state machine (`_state`). */
export interface Receiver {
  _bufferedBytes: number;
  /** Of the frame that is being read. */
  _mask: Buffer | undefined;
  _payloadLength: number;
  _maxPayload: number;
  _messageLength: number;
  _fragments: Buffer[];
  _fin: boolean;
  _state: number;
  /** Of the frame that is being read, or was read last. */
  _opcode: number;
  /** Opcode of a message whose last fragment has not arrived; else 0. */
  _fragmented: number;
  _errored: boolean;
  readonly writable: boolean;
  readonly writableLength: number;
  write(chunk: Buffer): boolean;
  /** Runs once per frame, when its payload's length is known. */
  haveLength(done: Callback): void;
  /** Processes a frame once its payload is complete. */
  getData(done: Callback): void;
  decompress(data: Buffer, done: Callback): void;
  /** Emits a complete message. */
  dataMessage(done: Callback): void;
  startLoop(done: Callback): void;
  createError(
    type: new (message: string) => Error,
    message: string,
    prefix: boolean,
    closeCode: number,
    code: string,
  ): Error;
}
interface ReceiverClass {
  new (options?: object): Receiver;
  readonly prototype: Receiver;
}
/** Values of `_state`. */
export const receiverStates = { getInfo: 0, getData: 4, deferEvent: 6 } as const;

/** The parts of an engine.io connection that the gateway uses. */
export interface EngineConnection {
  readonly id: string;
  readonly readyState: string;
  /** The client's address, set by `create-io-server.ts`. */
  readonly remoteAddress: string;
  readonly writeBuffer: readonly QueuedPacket[];
  /** Set by `budget-connections.ts`. */
  budget: ConnectionBudget<EngineConnection>;
  readonly transport: {
    readonly name: string;
    readonly writable: boolean;
    readonly socket?: RawSocket;
  };
  write(
    data: unknown,
    options: { compress?: boolean | undefined; wsPreEncodedFrame?: readonly Buffer[] },
  ): unknown;
  close(discard?: boolean): unknown;
}

/** The per-message compression of ws, which its types do not export. */
export interface PerMessageDeflate {
  params: Record<string, unknown> | null;
  compress(
    data: Buffer | string,
    fin: boolean,
    callback: (error: Error | null, data?: Buffer) => void,
  ): void;
  normalizeParams(offers: readonly object[]): Record<string, unknown>[];
  acceptAsServer(offers: readonly object[]): Record<string, unknown>;
}
interface PerMessageDeflateClass {
  new (options: Record<string, unknown>): PerMessageDeflate;
  readonly prototype: PerMessageDeflate;
}
interface UntypedWs {
  readonly PerMessageDeflate: PerMessageDeflateClass;
  readonly Receiver: ReceiverClass;
  readonly extension: {
    parse(header: string): Record<string, readonly object[] | undefined>;
    format(extensions: Record<string, readonly object[]>): string;
  };
  readonly Sender: {
    frame(data: Buffer, options: object): Buffer[];
    readonly prototype: { readonly sendFrame?: unknown };
  };
}
export const { PerMessageDeflate, Receiver, Sender, extension } = ws as unknown as UntypedWs;

/** A text frame of a server (never masked), as one buffer: one write instead of two. */
export function encodeTextFrame(payload: Buffer, compressed: boolean): Buffer {
  return Buffer.concat(
    Sender.frame(payload, { fin: true, rsv1: compressed, opcode: 1, mask: false, readOnly: false }),
  );
}

/** {@link encodeTextFrame} of a text that is not compressed. */
export function encodeText(text: string): Buffer {
  const length = Buffer.byteLength(text);
  // RFC 6455, 5.2: up to this length it is one byte of the header.
  if (length > 125) return encodeTextFrame(Buffer.from(text), false);
  const frame = Buffer.allocUnsafe(2 + length);
  frame[0] = 0x81;
  frame[1] = length;
  frame.write(text, 2);
  return frame;
}

/** The connection's WebSocket; undefined for polling and during an upgrade. */
export const rawSocketOf = (connection: EngineConnection): RawSocket | undefined =>
  connection.transport.name === "websocket" ? connection.transport.socket : undefined;

/** Whether the connection negotiated compression. */
export const negotiatedCompression = (socket: RawSocket): boolean =>
  socket._extensions["permessage-deflate"] !== undefined;

/** The engine connection of a Socket.IO socket. */
export const connectionOf = (socket: { readonly conn: unknown }): EngineConnection =>
  socket.conn as EngineConnection;

/** Ends a connection at once, without a closing handshake that its client could ignore. */
export function terminateConnection(connection: EngineConnection): void {
  const socket = rawSocketOf(connection);
  if (socket === undefined) connection.close(true);
  else socket.terminate();
}
