import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

interface Connection {
  /** Those that have not been taken by the kernel in full. */
  readonly answers: Set<ServerResponse>;
  /** Bytes that the kernel had taken at the last look. */
  taken: number;
  /** Looks without another byte taken; undefined if no bytes waited at the last look. */
  idleLooks: number | undefined;
}

/** A connection whose bytes waited at the last look, too. */
interface Waited {
  readonly socket: Socket;
  readonly bytes: number;
  readonly idleLooks: number;
}

/** How often the bytes are counted, ms. */
const lookEveryMs = 250;

/**
 * Bounds the bytes of answers that wait for clients which do not read them: beyond `maxBytes` the
 * connections end whose clients have read nothing for longest, at least between two looks, 250 ms
 * apart, until three quarters are left. Clients that read slowly end after them, where more than
 * `maxBytes` are left for a look.
 */
export class UnreadAnswers {
  readonly #maxBytes: number;
  /** Connections with an unanswered request, in the order in which they got one. */
  readonly #connections = new Map<Socket, Connection>();
  /** The last look left more than `maxBytes`. */
  #wasTooMuch = false;

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
      connection = { answers: new Set(), taken: 0, idleLooks: undefined };
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
    const waited: Waited[] = [];
    for (const [socket, connection] of this.#connections) {
      const bytes = bytesOf(connection);
      total += bytes;
      const idleLooks = noteProgress(connection, bytes > 0, takenOf(socket));
      if (idleLooks !== undefined) waited.push({ socket, bytes, idleLooks });
    }
    if (total > this.#maxBytes) total -= this.#end(waited, total - 0.75 * this.#maxBytes);
    this.#wasTooMuch = total > this.#maxBytes;
  }

  /** Ends connections until so many bytes are freed. @returns how many are. */
  #end(waited: readonly Waited[], wanted: number): number {
    let freed = 0;
    const ending = waited.filter(({ idleLooks }) => idleLooks > 0 || this.#wasTooMuch);
    for (const { socket, bytes } of ending.toSorted((a, b) => b.idleLooks - a.idleLooks)) {
      if (freed >= wanted) break;
      freed += bytes;
      socket.destroy();
    }
    return freed;
  }
}

function bytesOf({ answers }: Connection): number {
  let bytes = 0;
  for (const answer of answers) bytes += answer.writableLength;
  return bytes;
}

/** @returns the looks without progress; undefined unless bytes wait now and at the last look. */
function noteProgress(connection: Connection, waits: boolean, taken: number): number | undefined {
  const before = connection.idleLooks;
  const isIdle = before !== undefined && taken === connection.taken;
  connection.taken = taken;
  connection.idleLooks = waits ? (isIdle ? before + 1 : 0) : undefined;
  return before === undefined ? undefined : connection.idleLooks;
}

/** Bytes that the kernel has taken of a connection; constant where Node's own socket lacks them. */
function takenOf(socket: Socket): number {
  const { bytesWritten = 0, writeQueueSize = 0 } =
    (socket as unknown as { _handle: { bytesWritten?: number; writeQueueSize?: number } | null })
      ._handle ?? {};
  return bytesWritten - writeQueueSize;
}
