import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

interface Connection {
  /** Those that have not been taken by the kernel in full. */
  readonly answers: Set<ServerResponse>;
  /** Bytes waited at the last look, too. */
  waited: boolean;
}

/** How often the bytes are counted, ms. */
const lookEveryMs = 250;

/**
 * Bounds the bytes of answers that wait for clients which do not read them: beyond `maxBytes` the
 * connections that have waited longest end, until three quarters are left. A client that reads is
 * not among them: bytes must wait at two looks, 250 ms apart.
 */
export class UnreadAnswers {
  readonly #maxBytes: number;
  /** Connections with an unanswered request, in the order in which they got one. */
  readonly #connections = new Map<Socket, Connection>();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Looks until the returned function is called. */
  start(): () => void {
    const timer = setInterval(() => this.#look(), lookEveryMs).unref();
    return () => clearInterval(timer);
  }

  /** @returns the unanswered requests of the connection, this one included. */
  add(socket: Socket, response: ServerResponse): number {
    let connection = this.#connections.get(socket);
    if (connection === undefined) {
      connection = { answers: new Set(), waited: false };
      this.#connections.set(socket, connection);
    }
    connection.answers.add(response);
    return connection.answers.size;
  }

  remove(socket: Socket, response: ServerResponse): void {
    const answers = this.#connections.get(socket)?.answers;
    if (answers?.delete(response) === true && answers.size === 0) this.forget(socket);
  }

  /** Of a connection that closed. */
  forget(socket: Socket): void {
    this.#connections.delete(socket);
  }

  #look(): void {
    let total = 0;
    const stalled: [Socket, number][] = [];
    for (const [socket, connection] of this.#connections) {
      const bytes = bytesOf(connection);
      total += bytes;
      if (bytes > 0 && connection.waited) stalled.push([socket, bytes]);
      connection.waited = bytes > 0;
    }
    if (total <= this.#maxBytes) return;
    for (const [socket, bytes] of stalled) {
      if (total <= 0.75 * this.#maxBytes) return;
      total -= bytes;
      socket.destroy();
    }
  }
}

function bytesOf({ answers }: Connection): number {
  let bytes = 0;
  for (const answer of answers) bytes += answer.writableLength;
  return bytes;
}
