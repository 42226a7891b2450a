import type { Server as HttpServer } from "node:http";

import { connectionOf, type EngineConnection } from "./engine/ws-internals.ts";
import type { Gateway } from "./gateway.ts";
import { drainConnections } from "./connections/drain-connections.ts";
import type { AnySocket, StaffSocket } from "./handshake/session.ts";

/**
 * Announces the drain to this gateway's own clients and closes their connections in batches within
 * DRAIN_WINDOW. Clients of other gateways receive nothing.
 */
export async function drainGateway({
  server: { engine },
  staff,
  guest,
  ends,
  context,
}: Gateway): Promise<void> {
  const windowMs = context.settings.drainWindowMs;
  context.logger.info("draining connections", { connections: engine.clientsCount, windowMs });
  const sockets = Map.groupBy<EngineConnection, AnySocket>(
    [...staff.sockets.values(), ...guest.sockets.values()],
    connectionOf,
  );
  await drainConnections({
    connections: () => engine.connections(),
    windowMs,
    announce: (connection: EngineConnection, reconnectInMs: number) => {
      for (const socket of sockets.get(connection) ?? []) emitDraining(socket, reconnectInMs);
    },
    close: (connection: EngineConnection) => {
      ends.note(connection, "draining");
      connection.close();
    },
  });
}

const emitDraining = (socket: AnySocket, reconnectInMs: number): boolean =>
  (socket as StaffSocket).emit("draining", { reconnectInMs });

/** Closes the engine, both adapters and the listener. */
export async function closeGateway(
  { server, staff, guest }: Gateway,
  httpServer: HttpServer,
): Promise<void> {
  httpServer.closeAllConnections();
  server.engine.close();
  await Promise.allSettled([staff.adapter.close(), guest.adapter.close()]);
  if (httpServer.listening) await new Promise((resolve) => httpServer.close(resolve));
}
