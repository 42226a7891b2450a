import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { Server as Engine, type ErrorCallback } from "engine.io";
import type { WebSocket } from "ws";
import { LRUCache } from "lru-cache";
import { endPolling } from "./bound-polling.ts";
import { endUpgrade } from "./end-upgrade.ts";
import { LeanConnection } from "./lean-connection.ts";
import { LeanTransport } from "./lean-transport.ts";
import { RandomIds } from "./random-ids.ts";
import type { EngineConnection } from "./ws-internals.ts";

interface EngineRequest extends IncomingMessage {
  readonly _query: Record<string, string>;
}

/** The steps of an upgrade in engine.io. */
interface EngineSteps {
  readonly ws: {
    handleUpgrade(
      request: IncomingMessage,
      socket: Duplex,
      head: Buffer,
      done: (socket: WebSocket) => void,
    ): void;
  };
  prepare(request: IncomingMessage): void;
  verify(
    request: IncomingMessage,
    upgrade: boolean,
    done: (code?: number, context?: { message?: string }) => void,
  ): void;
  onWebSocket(request: IncomingMessage, socket: Duplex, webSocket: WebSocket): void;
}

/** The part of a connection's request that Socket.IO reads when it joins a namespace. */
export interface LeanRequest {
  readonly headers: { readonly host?: string };
  readonly url: string;
  readonly connection: { readonly encrypted: boolean };
  readonly _query: Readonly<Record<string, never>>;
}

/** What the clients of Socket.IO 4 ask for; other spellings are parsed. */
const clientUrl = "/socket.io/?EIO=4&transport=websocket";
const clientQuery = Object.freeze({ EIO: "4", transport: "websocket" });

/**
 * engine.io with less memory per connection. Without middlewares an upgrade needs no response
 * object, whose listener on the socket would keep the request and its headers for the connection's
 * life. The request itself is replaced, once the connection exists, by one shared object per host.
 */
export class LeanEngine extends Engine {
  readonly #requests = new LRUCache<string, LeanRequest>({ max: 10_000 });
  readonly #ids = new RandomIds();

  override handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const engine = this as unknown as EngineSteps;
    if (request.url === clientUrl) Object.assign(request, { _query: clientQuery });
    else engine.prepare(request);
    if (this.middlewares.length > 0) {
      if (isOfOldProtocol(request)) abortUpgrade(socket, textOf(oldProtocol));
      else super.handleUpgrade(request, socket, head);
      return;
    }
    engine.verify(request, true, (code, context) => {
      if (code !== undefined) return abortUpgrade(socket, context?.message ?? textOf(code));
      if (isOfOldProtocol(request)) return abortUpgrade(socket, textOf(oldProtocol));
      // The upgrade's answer and engine.io's first packet leave in one write.
      socket.cork();
      engine.ws.handleUpgrade(request, socket, head, (webSocket) => {
        if (isPlain(request)) this.#connect(request, webSocket);
        else engine.onWebSocket(request, socket, webSocket);
      });
      socket.uncork();
    });
  }

  /**
   * engine.io's checks, and one more: a WebSocket answers no request, and is nothing to upgrade. A
   * request that names one would never be answered, and an upgrade would pass by the admission.
   */
  protected override verify(request: EngineRequest, isUpgrade: boolean, done: ErrorCallback): void {
    super.verify(request, isUpgrade, (code, context) => {
      const { sid = "" } = queryOf(request);
      const isWebSocket =
        code === undefined && sid !== "" && this.#transportOf(sid) === "websocket";
      if (isWebSocket) done(Engine.errors.BAD_REQUEST);
      else done(code, context);
    });
  }

  /** Of a connection that exists. */
  #transportOf(sid: string): string | undefined {
    return (this.clients as unknown as Record<string, EngineConnection>)[sid]?.transport.name;
  }

  /** Makes the connection of a client that comes by WebSocket. */
  #connect(request: IncomingMessage, webSocket: WebSocket): void {
    const transport = new LeanTransport(Object.assign(request, { websocket: webSocket }));
    const connection = new LeanConnection(this.generateId(), this, transport, request, 4);
    (this.clients as Record<string, unknown>)[connection.id] = connection;
    this.clientsCount += 1;
    connection.on("close", forget);
    this.emit("connection", connection);
  }

  /** Ends every connection; a polling connection does not wait for its next GET. */
  override close(): this {
    super.close();
    for (const connection of this.connections()) endPolling(connection);
    return this;
  }

  override generateId(): string {
    return this.#ids.next();
  }

  /** Every connection, with or without a namespace. */
  connections(): EngineConnection[] {
    return Object.values(this.clients) as unknown as EngineConnection[];
  }

  /**
   * What to keep of a connection's request. @param host of a tenant or the apex, so a short text.
   */
  leanRequest(host: string): LeanRequest {
    let lean = this.#requests.get(host);
    if (lean === undefined) {
      lean = Object.freeze({
        headers: Object.freeze({ host }),
        url: "/socket.io/",
        connection: { encrypted: false },
        _query: {},
      });
      this.#requests.set(host, lean);
    }
    return lean;
  }
}

type Query = Record<string, string | undefined>;
const queryOf = (request: IncomingMessage): Query =>
  (request as IncomingMessage & { readonly _query: Query })._query;

/** engine.io's code of a protocol other than 4. */
const oldProtocol = 5;
const textOf = (code: number): string =>
  Engine.errorMessages[code as keyof typeof Engine.errorMessages];

/** engine.io refuses these after the upgrade, as bytes that are no WebSocket frame. */
const isOfOldProtocol = (request: IncomingMessage): boolean => {
  const { EIO, sid } = queryOf(request);
  return EIO !== "4" && !sid;
};

/** Whether a request is of protocol 4 and neither begins with polling nor comes from it. */
const isPlain = (request: IncomingMessage): boolean => {
  const { EIO, transport, sid } = queryOf(request);
  return EIO === "4" && transport === "websocket" && !sid;
};

function forget(this: LeanConnection): void {
  delete this.server.clients[this.id];
  this.server.clientsCount -= 1;
}

const abortUpgrade = (socket: Duplex, message: string): void =>
  endUpgrade(socket, 400, { Connection: "close", "Content-Type": "text/plain" }, message);
