import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { originPatterns } from "@waiter/config";
import type { Refusal } from "@waiter/contracts";
import { Server, type Namespace } from "socket.io";
import { Adapter } from "socket.io-adapter";
import { createCompressingWsServer } from "./compressing-ws-server.ts";
import { LeanEngine } from "./lean-engine.ts";
import { refuseRequest, refuseUpgrade } from "./refuse.ts";

export interface IoServer {
  readonly io: Server;
  readonly engine: LeanEngine;
  /** Express middleware of `/socket.io` for requests without an upgrade (polling). */
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
}

export interface IoServerOptions {
  readonly transports: readonly ("websocket" | "polling")[];
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  readonly upgradeTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly maxMessageBytes: number;
  readonly compression: boolean;
  readonly compressionThresholdBytes: number;
  readonly corsOrigins: readonly string[];
}

/** Reads a request's client address and requested host, through trusted proxies. */
export interface ClientReader {
  addressOf(request: IncomingMessage): string;
  hostOf(request: IncomingMessage): string;
}

const path = "/socket.io";

/**
 * Socket.IO on `LeanEngine`. It handles the server's upgrades itself, so that a refusal is answered
 * before any object exists for the connection.
 */
export function createIoServer(
  server: HttpServer,
  settings: IoServerOptions,
  createAdapter: (namespace: Namespace) => Adapter,
  admit: (request: IncomingMessage) => Refusal | undefined,
  proxies: ClientReader,
): IoServer {
  const polling = settings.transports.includes("polling");
  const engine = new LeanEngine({
    transports: [...settings.transports],
    pingInterval: settings.pingIntervalMs,
    pingTimeout: settings.pingTimeoutMs,
    upgradeTimeout: settings.upgradeTimeoutMs,
    maxHttpBufferSize: settings.maxMessageBytes,
    ...(settings.compression
      ? { wsEngine: createCompressingWsServer(settings.compressionThresholdBytes) }
      : {}),
    ...(polling
      ? { cors: { origin: originPatterns(settings.corsOrigins), credentials: true } }
      : {}),
  });
  const io = new Server({
    path,
    serveClient: false,
    connectTimeout: settings.connectTimeoutMs,
    adapter: adapterFactory(createAdapter),
  });
  io.bind(engine);
  // The default namespace accepts no client.
  io.use((_socket, next) =>
    next(Object.assign(new Error("unauthorized"), { data: { code: "unauthorized" } })),
  );
  engine.on("connection", (connection: { request: unknown; remoteAddress: string }) => {
    // Read the client's address and host before the request is replaced.
    const request = connection.request as IncomingMessage;
    connection.remoteAddress = proxies.addressOf(request);
    connection.request = engine.leanRequest(proxies.hostOf(request));
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!(request.url ?? "").startsWith(`${path}/`)) return socket.destroy();
    const refusal = isNewConnection(request) ? admit(request) : undefined;
    if (refusal !== undefined) return refuseUpgrade(socket, refusal);
    return engine.handleUpgrade(request, socket, head);
  });
  return {
    io,
    engine,
    handleRequest: (request, response) => {
      const refusal = isNewConnection(request) ? admit(request) : undefined;
      if (refusal !== undefined) refuseRequest(response, refusal);
      else engine.handleRequest(request, response);
    },
  };
}

/**
 * A request with a session id belongs to an admitted connection. The URL is parsed exactly as
 * engine.io parses it; any difference would be a way around admission.
 */
function isNewConnection({ url = "" }: IncomingMessage): boolean {
  // Fast path: no spelling of "sid" in the URL.
  if (!url.includes("sid") && !url.includes("%")) return true;
  const origin = "https://socket.io";
  if (!URL.canParse(url, origin)) return true;
  return !Object.fromEntries(new URL(url, origin).searchParams)["sid"];
}

/** Socket.IO calls it with `new`. The default namespace has no members and no subscription. */
function adapterFactory(createAdapter: (namespace: Namespace) => Adapter): typeof Adapter {
  return function create(namespace: Namespace) {
    return namespace.name === "/" ? new Adapter(namespace) : createAdapter(namespace);
  } as unknown as typeof Adapter;
}
