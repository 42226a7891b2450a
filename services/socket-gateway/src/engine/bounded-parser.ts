import * as parser from "socket.io-parser";
import { isWithinJsonLimits, type JsonLimits } from "./json-limits.ts";

interface OpenDecoder {
  tryParse(text: string): unknown;
}

/**
 * Socket.IO's parser with limits on the JSON of a packet, checked before `JSON.parse`, and without
 * binary attachments, which no event of the gateway has. A packet outside of them is invalid and
 * ends its connection.
 */
export function createBoundedParser(limits: JsonLimits): typeof parser {
  class BoundedDecoder extends parser.Decoder {
    constructor() {
      super({ maxAttachments: 0 });
    }
  }
  const base = parser.Decoder.prototype as unknown as OpenDecoder;
  (BoundedDecoder.prototype as unknown as OpenDecoder).tryParse = function (this: unknown, text) {
    return isWithinJsonLimits(text, limits) && base.tryParse.call(this, text);
  };
  return { ...parser, Decoder: BoundedDecoder };
}
