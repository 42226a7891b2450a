import { boundPolling, endPolling, type PollingTransport } from "./bound-polling.ts";
import { ConnectionBudget, type BudgetLimits } from "./connection-budget.ts";
import type { LeanEngine } from "./lean-engine.ts";
import {
  rawSocketOf,
  terminateConnection,
  type EngineConnection,
  type GuardedSocket,
  type QueuedPacket,
} from "./ws-internals.ts";

type PollingConnection = EngineConnection & {
  on(event: "packet", listener: (packet: QueuedPacket) => void): unknown;
  on(event: "close", listener: () => void): unknown;
  on(event: "upgrade", listener: (transport: { readonly socket: GuardedSocket }) => void): unknown;
};

/**
 * Gives every engine connection its budget: the one of its WebSocket, whose receiver counts, or for
 * polling a new one, counted per packet. Charges what a connection's own messages caused.
 */
export function budgetConnections(
  engine: LeanEngine,
  limits: BudgetLimits,
  onExceeded: (connection: EngineConnection) => void,
): void {
  engine.on("connection", (connection: PollingConnection) => {
    const budget = rawSocketOf(connection)?.budget ?? budgetPolling(connection, limits, onExceeded);
    budget.connection = connection;
    connection.budget = budget;
  });
  engine.on("flush", ({ budget }: Partial<EngineConnection>, packets: readonly QueuedPacket[]) => {
    if (budget === undefined) return;
    for (const { data, options } of packets)
      // A pre-encoded frame is a broadcast, which the connection did not cause.
      if (typeof data === "string" && options?.wsPreEncodedFrame === undefined)
        budget.chargeAnswer(data.length);
  });
}

function budgetPolling(
  connection: PollingConnection,
  limits: BudgetLimits,
  onExceeded: (connection: EngineConnection) => void,
): ConnectionBudget<EngineConnection> {
  const budget = new ConnectionBudget<EngineConnection>(limits);
  boundPolling(connection.transport as unknown as PollingTransport, budget);
  connection.on("packet", ({ data }) => {
    if (rawSocketOf(connection) !== undefined) return;
    const bytes = typeof data === "string" ? data.length : 0;
    const isAllowed = bytes <= budget.messageBytes && budget.takeMessage();
    if (isAllowed && budget.takeBytes(bytes)) return;
    onExceeded(connection);
    terminateConnection(connection);
  });
  connection.on("close", () => endPolling(connection));
  connection.on("upgrade", ({ socket }) => {
    Object.assign(socket, { budget });
  });
  return budget;
}
