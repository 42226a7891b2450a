/**
 * The parts of engine.io and ws that the direct path uses and that neither documents. One file, pinned to the versions it
 * was read against; `ws-internals.test.ts` fails when either is upgraded, so that somebody reads them again.
 */
import * as ws from "ws";

export const pinnedVersions = {
  "engine.io": "6.6.12",
  "socket.io-adapter": "2.5.8",
  ws: "8.21.3",
} as const;

/** A packet waiting in engine.io's `writeBuffer`. */
export interface QueuedPacket {
  readonly data?: unknown;
  readonly options?: { readonly wsPreEncodedFrame?: readonly Buffer[] };
}

/** ws' connection, as far as the direct path looks into it. */
export interface RawSocket {
  readonly readyState: number;
  readonly bufferedAmount: number;
  /** The TCP connection; a frame is written straight to it. Present as long as `readyState` is open. */
  readonly _socket: { readonly writableLength: number; write(frame: Buffer): boolean };
  readonly _extensions: { readonly "permessage-deflate"?: unknown };
  terminate(): void;
}

/** engine.io's connection, as far as the direct path looks into it. */
export interface EngineConnection {
  readonly id: string;
  readonly readyState: string;
  /** The client's own address: `create-io-server.ts` sets it. */
  readonly remoteAddress: string;
  readonly writeBuffer: readonly QueuedPacket[];
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

/** What ws exports beside its types: the constructor of its per-message compression. */
export interface PerMessageDeflate {
  readonly params: Record<string, unknown> | null;
  compress(
    data: Buffer | string,
    fin: boolean,
    callback: (error: Error | null, data?: Buffer) => void,
  ): void;
  decompress(
    data: Buffer,
    fin: boolean,
    callback: (error: Error | null, data?: Buffer) => void,
  ): void;
  accept(offers: readonly object[]): Record<string, unknown>;
  cleanup(): void;
}
interface PerMessageDeflateClass {
  new (options: Record<string, unknown>): PerMessageDeflate;
  readonly prototype: PerMessageDeflate;
}
interface UntypedWs {
  readonly PerMessageDeflate: PerMessageDeflateClass;
  readonly extension: { parse(header: string): Record<string, readonly object[] | undefined> };
  readonly Sender: {
    frame(data: Buffer, options: object): Buffer[];
    readonly prototype: { readonly sendFrame?: unknown };
  };
}
export const { PerMessageDeflate, Sender, extension } = ws as unknown as UntypedWs;

/** A text frame of a server (never masked), as one buffer: one write instead of two. */
export function encodeTextFrame(payload: Buffer, compressed: boolean): Buffer {
  return Buffer.concat(
    Sender.frame(payload, { fin: true, rsv1: compressed, opcode: 1, mask: false, readOnly: false }),
  );
}

/** Whether the connection speaks over a WebSocket at this moment (not polling, not in the middle of an upgrade). */
export const rawSocketOf = (connection: EngineConnection): RawSocket | undefined =>
  connection.transport.name === "websocket" ? connection.transport.socket : undefined;

/** Whether compression was negotiated on this connection. */
export const negotiatedCompression = (socket: RawSocket): boolean =>
  socket._extensions["permessage-deflate"] !== undefined;

/** The engine connection of a Socket.IO socket. */
export const connectionOf = (socket: { readonly conn: unknown }): EngineConnection =>
  socket.conn as EngineConnection;
