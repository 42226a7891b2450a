import type { Socket } from "node:net";

/**
 * Bounds the TCP connections of an HTTP server. Beyond `most` a new one takes the place of the one
 * that has had no request under way for longest, if that is `idleMs` or more; else it ends itself.
 * So a client that holds all places in silence keeps no other out.
 */
export class ConnectionLimit {
  readonly #most: number;
  readonly #idleMs: number;
  /** Connections without a request under way, since when, the longest first. */
  readonly #idle = new Map<Socket, number>();
  #open = 0;

  constructor(most: number, idleMs: number) {
    this.#most = most;
    this.#idleMs = idleMs;
  }

  /** A connection was accepted; {@link close} must follow its end. */
  open(socket: Socket): void {
    this.#open += 1;
    if (this.#open > this.#most && !this.#endIdle()) return void socket.destroy();
    this.#idle.set(socket, performance.now());
  }

  /** A request of the connection has begun. */
  use(socket: Socket): void {
    this.#idle.delete(socket);
  }

  /** The connection has no request under way. */
  rest(socket: Socket): void {
    if (!socket.destroyed) this.#idle.set(socket, performance.now());
  }

  close(socket: Socket): void {
    this.#open -= 1;
    this.#idle.delete(socket);
  }

  /** @returns whether a connection ends. */
  #endIdle(): boolean {
    for (const [socket, since] of this.#idle) {
      if (performance.now() - since < this.#idleMs) return false;
      this.#idle.delete(socket);
      if (socket.destroyed) continue;
      socket.destroy();
      return true;
    }
    return false;
  }
}
