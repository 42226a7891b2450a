/**
 * Engine.IO packets of a WebSocket whose messages are texts: the pages neither send nor get bytes.
 * Replaces `encodePacket` and `decodePacket` of engine.io-parser in the build of the pages.
 */
const packetTypes = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];

const zero = "0".charCodeAt(0);

export interface Packet {
  readonly type: string;
  readonly data?: string;
}

export const encodePacket = (
  { type, data }: Packet,
  _supportsBinary: boolean,
  done: (text: string) => void,
): void => done(`${packetTypes.indexOf(type)}${data ?? ""}`);

/** A message that is no text, or of an unknown type, is an error as the engine knows it. */
export function decodePacket(message: unknown): Packet {
  const text = typeof message === "string" ? message : "";
  const type = packetTypes[text.charCodeAt(0) - zero];
  if (type === undefined) return { type: "error", data: "parser error" };
  return text.length > 1 ? { type, data: text.slice(1) } : { type };
}
