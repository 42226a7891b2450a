import type { Server } from "socket.io";
import type { Decoder } from "socket.io-parser";

/** The members of Socket.IO's classes that a client uses and their types do not export. */
interface OpenSocket {
  readonly nsp: { readonly name: string };
  _onpacket(packet: Packet): void;
  _onerror(error: unknown): void;
  _onclose(reason: string, description?: unknown): void;
  disconnect(): void;
}
interface OpenServer {
  readonly encoder: { encode(packet: object): unknown[] };
  readonly _nsps: ReadonlyMap<string, OpenNamespace>;
}
interface OpenNamespace {
  _add(client: LeanClient, auth: object, joined: (socket: OpenSocket) => void): void;
}
interface OpenConnection {
  readonly id: string;
  readonly readyState: string;
  readonly request: unknown;
  readonly transport: { readonly writable: boolean };
  client?: LeanClient;
  write(data: unknown, options: object): void;
  close(): void;
  on(event: "data" | "close", listener: (this: OpenConnection, value: never) => void): void;
}
interface Packet {
  readonly type: number;
  readonly nsp: string;
  readonly data?: object;
}
interface WriteOptions {
  readonly preEncoded?: boolean;
  readonly volatile?: boolean;
}

/** Types of packets in the Socket.IO protocol 5. */
const connect = 0;
const connectError = 4;

/**
 * Socket.IO's client of a connection without a timer, a decoder and bound functions of its own,
 * which are a kilobyte of memory per connection. It answers and ends as Socket.IO's does, with two
 * limits: namespaces exist from the start, and packets have no binary attachments.
 * `UnjoinedConnections` ends those that join no namespace.
 */
class LeanClient {
  readonly conn: OpenConnection;
  readonly #server: OpenServer;
  readonly #decode: (text: string) => Packet;
  /** One, nearly always. */
  readonly #sockets = new Set<OpenSocket>();

  constructor(server: OpenServer, conn: OpenConnection, decode: (text: string) => Packet) {
    this.#server = server;
    this.#decode = decode;
    this.conn = conn;
    conn.client = this;
    conn.on("data", onData);
    conn.on("close", onClose);
  }

  get id(): string {
    return this.conn.id;
  }

  get request(): unknown {
    return this.conn.request;
  }

  receive(data: unknown): void {
    let packet: Packet;
    try {
      if (typeof data !== "string") throw new Error("got binary data");
      packet = this.#decode(data);
    } catch (error) {
      for (const socket of this.#sockets) socket._onerror(error);
      this.conn.close();
      return;
    }
    const socket = this.#socketOf(packet.nsp);
    if (socket === undefined && packet.type === connect) this.#connect(packet);
    else if (socket === undefined || packet.type === connect || packet.type === connectError)
      this.#close();
    else process.nextTick(() => socket._onpacket(packet));
  }

  #connect({ nsp, data = {} }: Packet): void {
    const namespace = this.#server._nsps.get(nsp);
    if (namespace === undefined) {
      this._packet({ type: connectError, nsp, data: { message: "Invalid namespace" } });
      return;
    }
    namespace._add(this, data, (socket) => this.#sockets.add(socket));
  }

  /** The newest, where a client asked twice before the first answer. */
  #socketOf(namespace: string): OpenSocket | undefined {
    let found: OpenSocket | undefined;
    for (const socket of this.#sockets) if (socket.nsp.name === namespace) found = socket;
    return found;
  }

  _packet(packet: object, options: WriteOptions = {}): void {
    if (this.conn.readyState !== "open") return;
    this.writeToEngine(
      options.preEncoded === true ? packet : this.#server.encoder.encode(packet),
      options,
    );
  }

  writeToEngine(encoded: unknown, options: WriteOptions): void {
    if (options.volatile === true && !this.conn.transport.writable) return;
    for (const packet of [encoded].flat()) this.conn.write(packet, options);
  }

  _remove(socket: OpenSocket): void {
    this.#sockets.delete(socket);
  }

  _disconnect(): void {
    for (const socket of this.#sockets) socket.disconnect();
    this.#sockets.clear();
    this.#close();
  }

  #close(): void {
    if (this.conn.readyState !== "open") return;
    this.conn.close();
    this.end("forced server close");
  }

  /** The connection has closed, or closes because of this client. */
  end(reason: string, description?: unknown): void {
    for (const socket of this.#sockets) socket._onclose(reason, description);
    this.#sockets.clear();
  }
}

function onData(this: OpenConnection, data: unknown): void {
  this.client?.receive(data);
}

function onClose(this: OpenConnection, reason: string, description?: unknown): void {
  this.client?.end(reason, description);
}

/**
 * Makes a server create lean clients; to be called before it is bound to its engine.
 *
 * @param decoder serves all of them: without attachments it keeps nothing between two packets.
 */
export function createLeanClients(server: Server, decoder: Decoder): void {
  const stateless = decoder as unknown as { decodeString(text: string): Packet };
  const decode = (text: string): Packet => stateless.decodeString(text);
  Object.assign(server, {
    onconnection: (connection: OpenConnection) =>
      void new LeanClient(server as unknown as OpenServer, connection, decode),
  });
}
