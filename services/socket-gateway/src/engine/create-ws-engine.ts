import { hash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { ConnectionBudget, type BudgetLimits } from "./connection-budget.ts";
import { endUpgrade } from "./end-upgrade.ts";
import { receiverGuard, type ReceiverGuard } from "./guarded-receiver.ts";
import { shareReads } from "./shared-reads.ts";
import { SyncDeflate } from "./sync-deflate.ts";
import { extension, type EngineConnection, type GuardedSocket } from "./ws-internals.ts";

export interface WsEngineOptions extends ReceiverGuard {
  readonly limits: BudgetLimits;
  /** Bytes from which a message is compressed; undefined: compression is not offered. */
  readonly compressFromBytes: number | undefined;
}

const deflate = "permessage-deflate";
/** `_state` of a WebSocketServer that was not closed. */
const running = 0;
/** RFC 6455, 1.3: proves that the server understood the handshake. */
const acceptGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
type Upgraded = (socket: WebSocket, request: IncomingMessage) => void;
/** The step of ws after it validated a handshake. */
interface Untyped {
  readonly _state: number;
  completeUpgrade(
    extensions: Record<string, unknown>,
    key: string,
    protocols: Set<string>,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    done: Upgraded,
  ): void;
}

/**
 * A `wsEngine` for engine.io whose connections have a budget (`ConnectionBudget`), and which
 * negotiates compression without context takeover on either side, so that one compressed frame fits
 * every connection. engine.io must get no `perMessageDeflate` option: with it, engine.io ignores
 * pre-encoded frames and compresses per connection.
 */
export function createWsEngine({
  limits,
  compressFromBytes,
  ...shared
}: WsEngineOptions): new (options: object) => WebSocketServer {
  const guard = receiverGuard(shared);
  class GuardedWebSocket extends WebSocket {
    declare budget: ConnectionBudget<EngineConnection>;

    setSocket(...args: [socket: Duplex, head: Buffer, options: object]): void {
      const base = WebSocket.prototype as unknown as { setSocket(...all: typeof args): void };
      base.setSocket.apply(this, args);
      this.budget = new ConnectionBudget<EngineConnection>(limits);
      shareReads(args[0], guard(this as unknown as GuardedSocket));
    }
  }

  // The constructor of a server's end, which the types do not export.
  const ServerSocket = GuardedWebSocket as unknown as new (
    address: null,
    protocols: undefined,
    options: object,
  ) => GuardedWebSocket;

  return class GuardedWsServer extends WebSocketServer {
    constructor(options: object) {
      super({ ...options, WebSocket: GuardedWebSocket });
    }

    /** As ws does it, with one native object less: `Hash`, which V8 frees late. */
    completeUpgrade(...args: Parameters<Untyped["completeUpgrade"]>): void {
      const [, key, protocols, request, socket, head, done] = args;
      const { _state: state } = this as unknown as Untyped;
      if (protocols.size > 0 || state !== running || !socket.readable || !socket.writable)
        return (WebSocketServer.prototype as unknown as Untyped).completeUpgrade.apply(this, args);
      let negotiated: SyncDeflate | undefined;
      try {
        if (compressFromBytes !== undefined) negotiated = negotiate(request, compressFromBytes);
      } catch {
        return refuseExtensions(socket);
      }
      const webSocket = new ServerSocket(null, undefined, this.options);
      socket.write(answerTo(key, negotiated));
      // Those of ws for the time of the handshake.
      socket.removeAllListeners("error");
      if (negotiated !== undefined)
        Object.assign(webSocket, { _extensions: { [deflate]: negotiated } });
      webSocket.setSocket(socket, head, this.options);
      done(webSocket, request);
    }
  };
}

/** The answer to a handshake. */
function answerTo(key: string, negotiated: SyncDeflate | undefined): string {
  const extensions =
    negotiated === undefined
      ? ""
      : `Sec-WebSocket-Extensions: ${extension.format({ [deflate]: [negotiated.params ?? {}] })}\r\n`;
  return (
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
    `Sec-WebSocket-Accept: ${hash("sha1", key + acceptGuid, "base64")}\r\n${extensions}\r\n`
  );
}

/**
 * The negotiated extension, or undefined for a client whose offers do not fit. An offer that limits
 * the server's window does not fit, because frames are shared.
 * @throws if the header or an offer is invalid.
 */
function negotiate(request: IncomingMessage, thresholdBytes: number): SyncDeflate | undefined {
  const header = request.headers["sec-websocket-extensions"];
  if (header === undefined) return undefined;
  const offers = extension.parse(header)[deflate];
  if (offers === undefined) return undefined;
  const negotiated = new SyncDeflate({
    isServer: true,
    threshold: thresholdBytes,
    serverNoContextTakeover: true,
    clientNoContextTakeover: true,
    serverMaxWindowBits: false,
  });
  return negotiated.acceptFitting(offers) ? negotiated : undefined;
}

/** The answer of ws to an invalid Sec-WebSocket-Extensions header. */
function refuseExtensions(socket: Duplex): void {
  const message = "Invalid or unacceptable Sec-WebSocket-Extensions header";
  endUpgrade(socket, 400, { Connection: "close", "Content-Type": "text/html" }, message);
}
