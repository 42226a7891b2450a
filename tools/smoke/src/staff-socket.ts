import { namespaces, protocolVersion } from "@waiter/contracts";
import { io, type Socket } from "socket.io-client";
import type { Target } from "./target.ts";

type Connecting = { readonly target: Target; readonly host: string; readonly token: string };

const open = ({ target, host, token }: Connecting): Socket =>
  io(`${target.gatewayUrl}${namespaces.staff}`, {
    transports: ["websocket"],
    auth: { token, protocol: protocolVersion },
    extraHeaders: { host },
    reconnection: false,
    forceNew: true,
    timeout: target.timeoutMs,
  });

/** A staff socket over WebSocket that is connected. */
export async function connectStaff(connecting: Connecting): Promise<Socket> {
  const socket = open(connecting);
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", (error: Error & { data?: unknown }) =>
      reject(
        new Error(
          `the staff socket was refused: ${error.message} ${JSON.stringify(error.data ?? {})}`,
        ),
      ),
    );
  });
  const transport = socket.io.engine.transport.name;
  if (transport !== "websocket")
    throw new Error(`the staff socket's transport is ${transport}, not websocket`);
  return socket;
}

/** The code that a handshake without a valid token is refused with. */
export async function refusedHandshake(connecting: Connecting): Promise<string> {
  const socket = open(connecting);
  try {
    return await new Promise<string>((resolve, reject) => {
      socket.once("connect", () =>
        reject(new Error("a handshake without a valid token was accepted")),
      );
      socket.once("connect_error", (error: Error & { data?: { code?: string } }) =>
        error.data?.code === undefined
          ? reject(new Error(`the gateway did not answer the handshake: ${error.message}`))
          : resolve(error.data.code),
      );
    });
  } finally {
    socket.disconnect();
  }
}
