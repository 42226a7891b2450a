import { MessageType, type ClusterMessage } from "socket.io-adapter";

/** A validated message of the sharded channel: the fields that its type needs are present. */
export interface BroadcastMessage {
  readonly uid: string;
  readonly nsp: string;
  readonly type: MessageType.BROADCAST;
  readonly data: {
    readonly packet: { type: number; data: unknown[]; nsp: string };
    readonly opts: {
      readonly rooms: string[];
      readonly except: string[];
      readonly flags: Record<string, unknown>;
    };
    readonly requestId?: string;
  };
}
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
const isStrings = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");

/**
 * Parses a JSON message of the sharded adapter's wire format. The adapter reads `message.data.…`
 * unchecked, and its exception ends the process: any publisher could stop every gateway.
 * @returns undefined for a message that the adapter cannot handle.
 */
export function readMessage(raw: Buffer): ClusterMessage | undefined {
  let message: unknown;
  try {
    message = JSON.parse(raw.toString());
  } catch {
    return undefined;
  }
  if (!isObject(message) || typeof message.uid !== "string" || typeof message.nsp !== "string")
    return undefined;
  if (!isObject(message.data) || !hasWhatItsTypeNeeds(message.type, message.data)) return undefined;
  return message as unknown as ClusterMessage;
}

function hasWhatItsTypeNeeds(type: unknown, data: Record<string, unknown>): boolean {
  switch (type) {
    case MessageType.BROADCAST:
      return hasOptions(data) && isObject(data.packet) && Array.isArray(data.packet.data);
    case MessageType.SOCKETS_JOIN:
    case MessageType.SOCKETS_LEAVE:
      return hasOptions(data) && isStrings(data.rooms);
    case MessageType.DISCONNECT_SOCKETS:
    case MessageType.FETCH_SOCKETS:
      return hasOptions(data);
    case MessageType.SERVER_SIDE_EMIT:
      return Array.isArray(data.packet);
    default:
      return typeof data.requestId === "string";
  }
}

const hasOptions = ({ opts }: Record<string, unknown>): boolean =>
  isObject(opts) && isStrings(opts.rooms) && isStrings(opts.except);
