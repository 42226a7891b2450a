import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { ConnectionBudget, type BudgetLimits } from "./connection-budget.ts";
import { guardReceiver, type ReceiverGuard } from "./guarded-receiver.ts";
import { SyncDeflate } from "./sync-deflate.ts";
import { extension, type GuardedSocket } from "./ws-internals.ts";

export interface WsEngineOptions extends ReceiverGuard {
  readonly limits: BudgetLimits;
  /** Bytes from which a message is compressed; undefined: compression is not offered. */
  readonly compressFromBytes: number | undefined;
}

const deflate = "permessage-deflate";
type Upgraded = (socket: WebSocket, request: IncomingMessage) => void;
/** The step of ws after it validated a handshake. */
interface Untyped {
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
  ...guard
}: WsEngineOptions): new (options: object) => WebSocketServer {
  class GuardedWebSocket extends WebSocket {
    declare budget: ConnectionBudget;

    setSocket(...args: [socket: Duplex, head: Buffer, options: object]): void {
      const base = WebSocket.prototype as unknown as { setSocket(...all: typeof args): void };
      base.setSocket.apply(this, args);
      this.budget = new ConnectionBudget(limits);
      guardReceiver(this as unknown as GuardedSocket, guard);
    }
  }

  return class GuardedWsServer extends WebSocketServer {
    constructor(options: object) {
      super({ ...options, WebSocket: GuardedWebSocket });
    }

    completeUpgrade(...args: Parameters<Untyped["completeUpgrade"]>): void {
      const [extensions, , , request, socket] = args;
      if (compressFromBytes !== undefined) {
        try {
          const negotiated = negotiate(request, compressFromBytes);
          if (negotiated !== undefined) extensions[deflate] = negotiated;
        } catch {
          return refuseExtensions(socket);
        }
      }
      (WebSocketServer.prototype as unknown as Untyped).completeUpgrade.apply(this, args);
    }
  };
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
  socket.once("finish", () => socket.destroy());
  socket.end(
    "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/html\r\n" +
      `Content-Length: ${message.length}\r\n\r\n${message}`,
  );
}
