import type { ConnectionBudget } from "./connection-budget.ts";
import type { EngineConnection } from "./ws-internals.ts";

interface Parser {
  readonly decodePayload: (payload: string, binaryType?: string) => Packet[];
}
interface Packet {
  readonly type: string;
  readonly data?: unknown;
}
/** The parts of engine.io's polling transport that its types do not show. */
export interface PollingTransport {
  parser: Parser;
  /** Bytes of the longest body of a POST. */
  maxHttpBufferSize: number;
  /** Set while a close waits for the client's next GET, which takes up to 30 s: closes at once. */
  readonly shouldClose?: (() => void) | null;
}

/** Packets of one body. A joined connection that sends more is above its rate anyway. */
const packetsAtMost = 1_000;
const separator = "\u001e";
/** What engine.io's parser answers for a packet that it cannot read: the connection closes. */
const unreadable: Packet = { type: "error", data: "parser error" };

/**
 * Bounds the bodies of a polling connection before they are decoded. A body is as long as one
 * message may be at that moment, so 8 kB before a session; engine.io allows the longest message of
 * a joined connection from the start, and decodes half a million packets in one turn.
 */
export function boundPolling(transport: PollingTransport, budget: ConnectionBudget): void {
  const { parser } = transport;
  transport.parser = {
    ...parser,
    decodePayload: (payload, binaryType) =>
      hasMore(payload, packetsAtMost) ? [unreadable] : parser.decodePayload(payload, binaryType),
  };
  Object.defineProperty(transport, "maxHttpBufferSize", { get: () => budget.messageBytes });
}

/**
 * Closes a polling transport that waits for the client's next GET. After its connection has ended
 * engine.io refuses that GET, and would keep connection and timer for 30 s.
 */
export function endPolling(connection: EngineConnection): void {
  (connection.transport as unknown as Partial<PollingTransport>).shouldClose?.();
}

/** Whether a payload has more packets than `most`; looks at no more of it than needed. */
function hasMore(payload: string, most: number): boolean {
  let at = -1;
  for (let count = 0; count < most; count++) {
    at = payload.indexOf(separator, at + 1);
    if (at === -1) return false;
  }
  return true;
}
