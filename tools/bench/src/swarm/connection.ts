import type { Duplex } from "node:stream";
import { WebSocket, type ClientOptions } from "ws";

/** How one connection greets its server. */
export interface ConnectionOptions {
  readonly url: string;
  /**
   * Source address on the loopback network, so that one machine can open more than 28,000
   * connections.
   */
  readonly localAddress: string;
  readonly headers?: Record<string, string>;
  /** Absent: raw WebSocket. Else the Socket.IO namespace and its `auth`. */
  readonly namespace?: string;
  readonly auth?: Record<string, unknown>;
  /** Centrifugo's JSON protocol instead. */
  readonly centrifugo?: boolean;
  readonly compression: boolean;
  /** Instead of a TCP connection from `localAddress`. */
  readonly stream?: Duplex;
}

export interface ConnectionEvents {
  readonly onMessage: (bytes: number, text: string) => void;
  readonly onClose: (socket: WebSocket) => void;
}

type CreateConnection = NonNullable<ClientOptions["createConnection"]>;

/**
 * A client that speaks just enough of the Engine.IO 4 and Socket.IO 5 protocols to be a real, cheap
 * peer: handshake, namespace connect, pong. Resolves when the namespace is joined; rejects on a
 * refusal. Source of the packet types: the protocol documents of socketio/engine.io-protocol and
 * socketio/socket.io-protocol.
 */
export function openConnection(
  options: ConnectionOptions,
  events: ConnectionEvents,
): Promise<WebSocket> {
  const path = pathOf(options);
  const { stream } = options;
  const socket = new WebSocket(options.url + path, {
    localAddress: options.localAddress,
    headers: options.headers ?? {},
    perMessageDeflate: options.compression,
    skipUTF8Validation: true,
    handshakeTimeout: 30_000,
    ...(stream && { createConnection: () => stream as ReturnType<CreateConnection> }),
  });
  return new Promise((resolve, reject) => {
    const { namespace } = options;
    const prefix = namespace === undefined || namespace === "/" ? "" : `${namespace},`;
    const isCentrifugo = options.centrifugo === true;
    let joined = namespace === undefined && !isCentrifugo;
    socket.on("open", () => {
      if (isCentrifugo) socket.send(JSON.stringify({ id: 1, connect: options.auth }));
      if (joined) resolve(socket);
    });
    socket.on("error", reject);
    socket.on("close", () => {
      reject(new Error("closed before it joined"));
      events.onClose(socket);
    });
    socket.on("message", (data: Buffer) => {
      if (isCentrifugo && !joined) {
        const text = data.toString();
        if (!text.startsWith('{"id":1,"connect"'))
          return reject(new Error(`refused: ${text.slice(0, 200)}`));
        joined = true;
        return resolve(socket);
      }
      if (namespace !== undefined) {
        const type = data[0];
        // open -> connect
        if (type === 0x30) return socket.send(`40${prefix}${JSON.stringify(options.auth ?? {})}`);
        if (type === 0x32) return socket.send("3"); // ping -> pong
        if (!joined) {
          const text = data.toString();
          if (!text.startsWith(`40${prefix}`))
            return reject(new Error(`refused: ${text.slice(0, 200)}`));
          joined = true;
          return resolve(socket);
        }
      }
      if (!isCentrifugo) return events.onMessage(data.length, data.toString());
      // Centrifugo may put several messages into one frame, a line each, also pings.
      for (const line of data.toString().split("\n"))
        if (line === "{}") socket.send("{}"); // ping -> pong
        else events.onMessage(line.length, line);
      return undefined;
    });
  });
}

function pathOf({ namespace, centrifugo }: ConnectionOptions): string {
  if (centrifugo === true) return "/connection/websocket";
  return namespace === undefined ? "/" : "/socket.io/?EIO=4&transport=websocket";
}
