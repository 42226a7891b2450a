import { importSocketIo } from "#platform";
import type { io, Socket } from "socket.io-client";
import { ClientError } from "../shared/client-error.ts";
import { protocolVersion } from "../shared/protocol-version.ts";
import { within } from "../shared/within.ts";

export type Io = typeof io;

export interface HandshakeOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Fields of `auth`: the token, and what the namespace knows besides. */
  readonly auth: object;
}

/**
 * The socket's code. It is loaded with the first connection, so that a page can be used before.
 * @throws ClientError `network` when it does not come within `timeoutMs`
 */
export async function loadSocketIo(timeoutMs: number): Promise<Io> {
  try {
    return await within(timeoutMs, importSocketIo());
  } catch (cause) {
    throw new ClientError("network", "The socket's code was not loaded.", { cause });
  }
}

/** A socket that makes one connection; `manager timeout` is the outer bound of `connected`. */
export const createSocket = (
  connect: Io,
  { url, headers, timeoutMs, auth }: HandshakeOptions,
): Socket =>
  connect(url, {
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
