import { io, type Socket } from "socket.io-client";
import { protocolVersion } from "../shared/protocol-version.ts";

export interface HandshakeOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Fields of `auth`: the token, and what the namespace knows besides. */
  readonly auth: object;
}

/** A socket that makes one connection; `manager timeout` is the outer bound of `connected`. */
export const createSocket = ({ url, headers, timeoutMs, auth }: HandshakeOptions): Socket =>
  io(url, {
    path: "/socket.io",
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
    timeout: timeoutMs,
    auth: { ...auth, protocol: protocolVersion },
    extraHeaders: { ...headers },
  });

/**
 * Waits for the namespace's answer to the handshake. socket.io-client bounds the wait for the
 * transport alone, so one timer covers every step up to the answer of the namespace.
 * @returns undefined when connected, else the error
 */
export function connected(
  socket: Socket,
  timeoutMs: number,
  abandoned: (abandon: () => void) => void,
): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const settle = (error?: Error) => {
      clearTimeout(timer);
      resolve(error);
    };
    const timer = setTimeout(
      () => settle(new Error(`no answer to the handshake within ${timeoutMs} ms`)),
      timeoutMs,
    );
    abandoned(() => settle(new Error("the attempt was abandoned")));
    socket.on("connect", () => settle());
    socket.on("connect_error", settle);
    socket.on("disconnect", (reason) => settle(new Error(reason)));
  });
}
