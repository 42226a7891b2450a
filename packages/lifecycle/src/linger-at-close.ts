import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";

/**
 * For a server whose answer may end the connection while the request's body still arrives. The
 * connection is then closed for writing only, and the body is read and dropped until it ends or
 * `lingerMs` have passed (RFC 9112, 9.6). A close at once would reset the connection: a caller that
 * still writes, such as a proxy, would lose the answer. To be called before the answer ends.
 */
export function lingerAtClose(request: IncomingMessage, lingerMs: number): void {
  const { socket } = request;
  // Node's server calls it when an answer with `Connection: close` is written.
  socket.destroySoon = () => {
    if (request.complete || socket.destroyed) return Socket.prototype.destroySoon.call(socket);
    socket.end();
    const timer = setTimeout(() => socket.destroy(), lingerMs).unref();
    socket.once("close", () => clearTimeout(timer));
    request.once("end", () => Socket.prototype.destroySoon.call(socket)).resume();
  };
}
