import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { SyncDeflate } from "./sync-deflate.ts";
import { extension } from "./ws-internals.ts";

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
 * A `wsEngine` for engine.io that negotiates compression without context takeover on either side,
 * so that one compressed frame fits every connection. engine.io must get no `perMessageDeflate`
 * option: with it, engine.io ignores pre-encoded frames and compresses per connection.
 */
export function createCompressingWsServer(
  thresholdBytes: number,
): new (options: object) => WebSocketServer {
  class CompressingWsServer extends WebSocketServer {
    // Shared by all connections.
    readonly #options = deflateOptions(thresholdBytes, this.options.maxPayload);

    completeUpgrade(
      ...[extensions, key, protocols, request, socket, head, done]: Parameters<
        Untyped["completeUpgrade"]
      >
    ): void {
      const negotiated = negotiate(request.headers["sec-websocket-extensions"], this.#options);
      if (negotiated !== undefined) extensions[deflate] = negotiated;
      const base = WebSocketServer.prototype as unknown as Untyped;
      base.completeUpgrade.call(this, extensions, key, protocols, request, socket, head, done);
    }
  }
  return CompressingWsServer;
}

/**
 * The negotiated extension, or undefined for a client whose offers do not fit. An offer that limits
 * the server's window does not fit, because frames are shared.
 */
function negotiate(
  header: string | undefined,
  options: Record<string, unknown>,
): SyncDeflate | undefined {
  if (header === undefined) return undefined;
  try {
    const offers = extension.parse(header)[deflate];
    if (offers === undefined) return undefined;
    const negotiated = new SyncDeflate(options);
    negotiated.accept(offers);
    return negotiated;
  } catch {
    return undefined;
  }
}

const deflateOptions = (
  thresholdBytes: number,
  maxPayload: number | undefined,
): Record<string, unknown> => ({
  isServer: true,
  maxPayload,
  threshold: thresholdBytes,
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: false,
});
