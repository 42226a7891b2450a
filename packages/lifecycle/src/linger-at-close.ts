import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";

/** The newest request of each connection. */
const newest = new WeakMap<Socket, IncomingMessage>();

/**
 * For a server whose answer may end the connection while the request's body still arrives. The
 * connection is then closed for writing only, and the body is read and dropped until it ends or
 * `lingerMs` have passed (RFC 9112, 9.6). A close at once would reset the connection: a caller that
 * still writes, such as a proxy, would lose the answer. To be called before the answer ends.
 */
export function lingerAtClose(request: IncomingMessage, lingerMs: number): void {
  const { socket } = request;
  // Set once per connection: with a function of each request, V8's scavenger keeps most of what
  // the connection's requests allocate, and copies it to the old generation.
  if (!newest.has(socket)) socket.destroySoon = () => endGently(socket, lingerMs);
  newest.set(socket, request);
}

/** Node's server calls it when an answer with `Connection: close` is written. */
function endGently(socket: Socket, lingerMs: number): void {
  const request = newest.get(socket);
  if (request === undefined || request.complete || socket.destroyed)
    return Socket.prototype.destroySoon.call(socket);
  socket.end();
  const timer = setTimeout(() => socket.destroy(), lingerMs).unref();
  socket.once("close", () => clearTimeout(timer));
  request.once("end", () => Socket.prototype.destroySoon.call(socket)).resume();
}
