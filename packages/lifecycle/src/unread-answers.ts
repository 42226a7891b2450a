import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

interface Connection {
  /** Those that have not been taken by the kernel in full. */
  readonly answers: Set<ServerResponse>;
  /** Bytes that the kernel had taken at the last look. */
  taken: number;
  /** It has taken some between two looks at which bytes waited. */
  hasRead: boolean;
  /** Looks without another byte taken; undefined if no bytes waited at the last look. */
  idleLooks: number | undefined;
}

/** A connection whose bytes waited at the last look, too. */
interface Waited {
  readonly socket: Socket;
  readonly bytes: number;
  readonly hasRead: boolean;
  readonly idleLooks: number;
}

/** How often the bytes are counted, ms. */
const lookEveryMs = 250;

/**
 * Bounds the bytes of answers that wait for clients which do not read them: beyond `maxBytes` the
 * connections end whose clients have read nothing for longest, at least between two looks, 250 ms
 * apart, until three quarters are left. Clients that have read some end after them, where more than
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
    // No interval: on a busy event loop two looks would follow each other at once.
    const timer = setTimeout(() => {
      this.#look();
      timer.refresh();
    }, lookEveryMs).unref();
    return () => clearTimeout(timer);
  }

  /** @returns the unanswered requests of the connection, this one included. */
  add(socket: Socket, response: ServerResponse): number {
    let connection = this.#connections.get(socket);
    if (connection === undefined) {
      connection = { answers: new Set(), taken: 0, hasRead: false, idleLooks: undefined };
      this.#connections.set(socket, connection);
    }
    connection.answers.add(response);
    return connection.answers.size;
  }

  /** @returns whether the connection has no unanswered request any more. */
  remove(socket: Socket, response: ServerResponse): boolean {
    const answers = this.#connections.get(socket)?.answers;
    if (answers?.delete(response) !== true || answers.size > 0) return false;
    this.forget(socket);
    return true;
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
      const { hasRead } = connection;
      if (idleLooks !== undefined) waited.push({ socket, bytes, hasRead, idleLooks });
    }
    if (total > this.#maxBytes) total -= this.#end(waited, total - 0.75 * this.#maxBytes);
    this.#wasTooMuch = total > this.#maxBytes;
  }

  /** Ends connections until so many bytes are freed. @returns how many are. */
  #end(waited: readonly Waited[], wanted: number): number {
    let freed = 0;
    const ending = waited.filter(
      ({ hasRead, idleLooks }) => this.#wasTooMuch || (!hasRead && idleLooks > 0),
    );
    for (const { socket, bytes } of ending.toSorted(worstFirst)) {
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
  connection.hasRead ||= before !== undefined && !isIdle;
  connection.taken = taken;
  connection.idleLooks = waits ? (isIdle ? before + 1 : 0) : undefined;
  return before === undefined ? undefined : connection.idleLooks;
}

const worstFirst = (a: Waited, b: Waited): number =>
  Number(a.hasRead) - Number(b.hasRead) || b.idleLooks - a.idleLooks;

/** Bytes that the kernel has taken of a connection; constant where Node's own socket lacks them. */
export function takenOf(socket: Socket): number {
  const { bytesWritten = 0, writeQueueSize = 0 } =
    (socket as unknown as { _handle: { bytesWritten?: number; writeQueueSize?: number } | null })
      ._handle ?? {};
  return bytesWritten - writeQueueSize;
}
