import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { originPatterns } from "@waiter/config";
import { Server, type Namespace } from "socket.io";
import { Adapter } from "socket.io-adapter";
import { budgetConnections } from "./budget-connections.ts";
import { createBoundedParser, type JsonLimits } from "./bounded-parser.ts";
import type { BudgetLimits } from "./connection-budget.ts";
import { createWsEngine } from "./create-ws-engine.ts";
import { Heartbeats } from "./heartbeats.ts";
import { createLeanClients } from "./lean-client.ts";
import { InputTurns } from "./input-turns.ts";
import { LeanEngine } from "./lean-engine.ts";
import { refuseRequest, refuseUpgrade, type HttpRefusal } from "./refuse.ts";
import { securityHeaders } from "./security-headers.ts";
import type { EngineConnection } from "./ws-internals.ts";

export interface IoServer {
  readonly io: Server;
  readonly engine: LeanEngine;
  /** Express middleware of `/socket.io` for requests without an upgrade (polling). */
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
  /** The connection's client doubts it only after so long a silence, ms; fewer pings are enough. */
  bearsSilence(connection: EngineConnection, silenceMs: number): void;
}

export interface IoServerOptions {
  readonly transports: readonly ("websocket" | "polling")[];
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  readonly quietPingIntervalMs: number;
  readonly quietPingTimeoutMs: number;
  readonly upgradeTimeoutMs: number;
  readonly budget: BudgetLimits;
  readonly json: JsonLimits;
  /** Time per event-loop turn for the input of all connections without a session, in ms. */
  readonly handshakeTurnMs: number;
  readonly compression: boolean;
  readonly compressionThresholdBytes: number;
  readonly corsOrigins: readonly string[];
}

/** Decisions about a connection that the engine leaves to the handshake. */
export interface ConnectionRules {
  /** The refusal of a request for a new connection, or undefined. */
  admit(request: IncomingMessage): HttpRefusal | undefined;
  /** The client's address and host, through trusted proxies. The host is short and canonical. */
  addressOf(request: IncomingMessage): string;
  hostOf(request: IncomingMessage): string;
  onConnection(connection: EngineConnection): void;
  onClose(connection: EngineConnection): void;
  /** Ends the connection if too much waits for it; called once per ping interval. */
  endSlow(connection: EngineConnection): boolean;
  /** A connection exceeded its budget and ends; undefined before engine.io knows it. */
  onExceeded(connection: EngineConnection | undefined): void;
}

export const socketPath = "/socket.io";
/** OPTIONS asks for CORS. engine.io answers other methods of a known connection with 500. */
const pollingMethods: ReadonlySet<string> = new Set(["GET", "POST", "OPTIONS"]);
/** How late a ping may reach its client, ms. */
const lateMs = 5_000;

/**
 * Socket.IO on `LeanEngine`. It handles the server's upgrades itself, so that a refusal is answered
 * before any object exists for the connection, and in the turns of input without a session.
 */
export function createIoServer(
  server: HttpServer,
  options: IoServerOptions,
  createAdapter: (namespace: Namespace) => Adapter,
  rules: ConnectionRules,
): IoServer {
  const polling = options.transports.includes("polling");
  const turns = new InputTurns(options);
  const engine = new LeanEngine({
    transports: [...options.transports],
    pingInterval: options.pingIntervalMs,
    pingTimeout: options.pingTimeoutMs,
    upgradeTimeout: options.upgradeTimeoutMs,
    maxHttpBufferSize: options.budget.maxMessageBytes,
    wsEngine: createWsEngine({
      limits: options.budget,
      turns,
      onExceeded: (connection) => rules.onExceeded(connection),
      compressFromBytes: options.compression ? options.compressionThresholdBytes : undefined,
    }),
    ...(polling
      ? { cors: { origin: originPatterns(options.corsOrigins), credentials: false } }
      : {}),
  });
  const parser = createBoundedParser(options.json);
  const io = new Server({
    path: socketPath,
    serveClient: false,
    parser,
    adapter: adapterFactory(createAdapter),
  });
  createLeanClients(io, new parser.Decoder());
  io.bind(engine);
  // The default namespace accepts no client.
  io.use((_socket, next) =>
    next(Object.assign(new Error("unauthorized"), { data: { code: "unauthorized" } })),
  );
  budgetConnections(engine, options.budget, (connection) => rules.onExceeded(connection));
  const endSlow = (connection: EngineConnection): boolean => rules.endSlow(connection);
  const heartbeats = new Heartbeats({ ...options, endSlow });
  const quiet = new Heartbeats({
    pingIntervalMs: options.quietPingIntervalMs,
    pingTimeoutMs: options.quietPingTimeoutMs,
    endSlow,
  });
  acceptConnections(engine, [heartbeats, quiet], rules);
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const destroy = (): unknown => socket.destroy();
    socket.on("error", destroy);
    const run = (): void => {
      socket.removeListener("error", destroy);
      if (socket.destroyed) return;
      const refusal = isNewConnection(request) ? rules.admit(request) : undefined;
      if (refusal !== undefined) refuseUpgrade(socket, refusal);
      else engine.handleUpgrade(request, socket, head);
    };
    turns.waitHandshake({ run, pause: () => undefined });
  });
  return {
    io,
    engine,
    handleRequest: (request, response) => {
      if (!pollingMethods.has(request.method ?? "")) {
        response.writeHead(405, { ...securityHeaders, Allow: "GET, POST", Connection: "close" });
        response.end();
        return;
      }
      const refusal = isNewConnection(request) ? rules.admit(request) : undefined;
      if (refusal !== undefined) refuseRequest(response, refusal);
      else engine.handleRequest(request, response);
    },
    bearsSilence: (connection, silenceMs) => {
      if (silenceMs >= options.quietPingIntervalMs + lateMs) heartbeats.move(connection, quiet);
    },
  };
}

/** Keeps of a connection's request only what the namespaces need. */
function acceptConnections(
  engine: LeanEngine,
  [heartbeats, quiet]: readonly [Heartbeats, Heartbeats],
  rules: ConnectionRules,
): void {
  function onClose(this: EngineConnection): void {
    heartbeats.remove(this);
    quiet.remove(this);
    rules.onClose(this);
  }
  engine.on("connection", (connection: Writable) => {
    const request = connection.request as IncomingMessage;
    connection.remoteAddress = rules.addressOf(request);
    connection.request = engine.leanRequest(rules.hostOf(request));
    connection.on("close", onClose);
    heartbeats.add(connection);
    rules.onConnection(connection);
  });
}

type Writable = Omit<EngineConnection, "remoteAddress"> & {
  remoteAddress: string;
  request: unknown;
  on(event: "close", listener: (this: EngineConnection) => void): unknown;
};

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
