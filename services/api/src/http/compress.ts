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

/**
 * The smaller one of the encodings that the caller accepts. Browsers accept both alike and name
 * gzip first, so their order decides nothing.
 */
export function encodingFor(request: Request): "br" | "gzip" | undefined {
  if (request.acceptsEncodings("br") === "br") return "br";
  return request.acceptsEncodings("gzip") === "gzip" ? "gzip" : undefined;
}

/**
 * Compressions at a time, fewer than the thread pool has threads: lookups of names and files take
 * threads of the same pool. What comes while all run is sent as it is.
 */
const atATime = 3;
let running = 0;

/** The body in the best encoding that the caller accepts, compressed on the thread pool. */
export async function compress(request: Request, content: string): Promise<Encoded> {
  if (content.length < threshold || running >= atATime) return { content };
  const wanted = encodingFor(request);
  if (wanted === undefined) return { content };
  running += 1;
  try {
    return { content: await encode[wanted](content), encoding: wanted };
  } finally {
    running -= 1;
  }
}

const encode = {
  br: (content: string): Promise<Buffer> =>
    toBrotli(content, { params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality } }),
  gzip: (content: string): Promise<Buffer> => toGzip(content),
};
