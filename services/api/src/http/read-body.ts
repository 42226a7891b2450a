import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { AppError } from "@waiter/errors";
import type { ByteBudget, HeldBytes } from "./byte-budget.ts";

export interface ReadBodyOptions {
  /** Longest body of the route, bytes. */
  readonly limit: number;
  /** ms until the whole body must be here. */
  readonly timeoutMs: number;
  readonly budget: ByteBudget;
  /** Whose share of the budget it takes. */
  readonly address: string;
}

const jsonType = /^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i;

/** The media type that the body is declared as, without parameters. */
export const mediaTypeOf = ({ headers }: IncomingMessage): string =>
  (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";

/** A body must be declared as JSON in UTF-8: a form that a foreign page posts is not. */
function requireJson(headers: IncomingHttpHeaders): void {
  if (!jsonType.test(headers["content-type"] ?? ""))
    throw new AppError("unsupported_media_type", { detail: "Send the body as application/json." });
}

function requireUnencoded(headers: IncomingHttpHeaders): void {
  if (!/^(?:identity)?$/i.test(headers["content-encoding"] ?? ""))
    throw new AppError("unsupported_media_type", { detail: "Send the body without an encoding." });
}

/**
 * The bytes of a request's body as text; undefined when it has none. Refuses by the headers alone
 * where they suffice, so that such a body is not read. The caller parses and validates in the same
 * synchronous step in which this resolves.
 * @throws {AppError} `unsupported_media_type`, `payload_too_large`, `overloaded`,
 * `request_timeout`, `malformed_json` for bytes that are not UTF-8, `bad_request` for a body that
 * breaks off.
 */
export async function readBody(
  request: IncomingMessage,
  options: ReadBodyOptions,
): Promise<string | undefined> {
  if (hasBody(request)) requireJson(request.headers);
  const bytes = await readBytes(request, options);
  return bytes === undefined ? undefined : decode(bytes);
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) !== 0;

/** As {@link readBody}, of any media type and without decoding. */
export async function readBytes(
  request: IncomingMessage,
  { limit, timeoutMs, budget, address }: ReadBodyOptions,
): Promise<Buffer | undefined> {
  const { headers } = request;
  const declared = headers["content-length"];
  const isChunked = headers["transfer-encoding"] !== undefined;
  if (!hasBody(request)) return undefined;
  requireUnencoded(headers);
  if (!isChunked && Number(declared) > limit) throw tooLarge(limit);
  const whole = request.complete ? readWhole(request, limit) : undefined;
  if (whole !== undefined) return whole;
  const held = budget.open(address);
  try {
    const chunks = await collect(request, limit, timeoutMs, held);
    return chunks.length === 0 ? undefined : Buffer.concat(chunks);
  } finally {
    held.release();
  }
}

/**
 * The body of a request that is here to its end: most are, once the caller is authorized. It takes
 * nothing of the budget, which the slow bodies of others may have used up.
 */
function readWhole(request: IncomingMessage, limit: number): Buffer | undefined {
  if (request.readableLength > limit) throw tooLarge(limit);
  return (request.read() as Buffer | null) ?? undefined;
}

/** What a chunk takes beside its bytes: a sender may send them one by one. */
const chunkBytes = 256;

/** Holds the bytes that are here, not those that are declared: a sender may stop after one. */
function collect(
  request: IncomingMessage,
  limit: number,
  timeoutMs: number,
  held: HeldBytes,
): Promise<Buffer[]> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer[]>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  let ended = false;
  const onData = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > limit) return reject(tooLarge(limit));
    try {
      held.add(chunk.length + chunkBytes);
    } catch (error) {
      return reject(error);
    }
    chunks.push(chunk);
  };
  const broken = (): void => {
    // Every request closes in the end.
    if (!ended) reject(new AppError("bad_request", { detail: "The body broke off." }));
  };
  const timer = setTimeout(() => reject(new AppError("request_timeout")), timeoutMs);
  const onEnd = (): void => {
    ended = true;
    resolve(chunks);
  };
  request.on("data", onData).once("end", onEnd).once("error", broken).once("close", broken);
  // Its events have passed when the client left while the caller was authorized.
  if (request.destroyed) broken();
  return promise.finally(() => {
    clearTimeout(timer);
    request.off("data", onData).off("end", onEnd).off("error", broken).off("close", broken);
  });
}

const utf8 = new TextDecoder("utf-8", { fatal: true });
function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new AppError("malformed_json", { detail: "The body is not UTF-8.", cause });
  }
}

const tooLarge = (limit: number): AppError =>
  new AppError("payload_too_large", { detail: `The body may have at most ${limit} bytes.` });
