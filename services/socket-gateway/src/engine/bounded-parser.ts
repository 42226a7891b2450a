import { parseJson } from "@waiter/errors";
import * as parser from "socket.io-parser";

/** Limits on the JSON of one packet, checked before it is parsed. */
export interface JsonLimits {
  /** Nested arrays and objects. */
  readonly depth: number;
  /** Values and keys together. */
  readonly values: number;
}

interface OpenDecoder {
  tryParse(text: string): unknown;
}

/**
 * Socket.IO's parser with limits on the JSON of a packet, checked before `JSON.parse`, and without
 * binary attachments, which no event of the gateway has. A packet outside of them is invalid and
 * ends its connection.
 */
export function createBoundedParser({ depth, values }: JsonLimits): typeof parser {
  const bounds = { maxDepth: depth, maxParts: values };
  class BoundedDecoder extends parser.Decoder {
    constructor() {
      super({ maxAttachments: 0 });
    }
  }
  (BoundedDecoder.prototype as unknown as OpenDecoder).tryParse = (text) => {
    try {
      return parseJson(text, bounds);
    } catch {
      // How Socket.IO's parser reports JSON that cannot be parsed.
      return false;
    }
  };
  return { ...parser, Decoder: BoundedDecoder };
}
