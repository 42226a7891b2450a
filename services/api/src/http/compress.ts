import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Request } from "express";

/** Shorter answers gain nothing, bytes. */
const threshold = 1_024;
/** For bodies that are made per answer: most of the gain at a tenth of the CPU of the highest. */
const brotliQuality = 4;

const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);

export interface Encoded {
  readonly content: Buffer | string;
  /** Value of Content-Encoding; absent for a body that is sent as it is. */
  readonly encoding?: "br" | "gzip";
}

/** The body in the best encoding that the caller accepts, compressed on the thread pool. */
export async function compress(request: Request, content: string): Promise<Encoded> {
  if (content.length < threshold) return { content };
  switch (request.acceptsEncodings(["br", "gzip", "identity"])) {
    case "br":
      return {
        content: await toBrotli(content, {
          params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality },
        }),
        encoding: "br",
      };
    case "gzip":
      return { content: await toGzip(content), encoding: "gzip" };
    default:
      return { content };
  }
}
