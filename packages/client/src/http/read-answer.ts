import { ClientError } from "../shared/client-error.ts";
import { isRecord, textOr } from "../shared/guards.ts";

/** What the SDK reads of a `Response`. */
export interface RawAnswer {
  readonly status: number;
  readonly ok: boolean;
  readonly retryAfter: string | null;
  readonly text: string;
}

/**
 * Decides whose answer this is. Only the api's own answers count: a 2xx whose body `accept`
 * recognizes, or problem details with a `code` and the status of the answer. Anything else (a
 * proxy's error page, a captive portal, a redirect) is a network fault, which callers retry with
 * the same key.
 * @throws ClientError: the api's problem, or `network`.
 */
export function readAnswer<T>(
  call: string,
  { status, ok, retryAfter, text }: RawAnswer,
  accept: (value: unknown) => value is T,
): T {
  const body = parse(text);
  if (ok && body !== unreadable && accept(body)) return body;
  const retryAfterMs = delayOf(retryAfter);
  if (ok || !isProblem(body, status))
    throw new ClientError("network", `${call}: HTTP ${status} is not an answer of the api`, {
      retryAfterMs,
    });
  const { code, title, detail, request, errors } = body;
  throw new ClientError(code, textOr(detail, textOr(title, `HTTP ${status}`)), {
    status,
    request,
    retryAfterMs,
    errors: Array.isArray(errors) ? (errors as { path: string; message: string }[]) : [],
    details: body,
  });
}

const unreadable = Symbol("not JSON");

const parse = (text: string): unknown => {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return unreadable;
  }
};

const isProblem = (
  body: unknown,
  status: number,
): body is Record<string, unknown> & { code: string } =>
  isRecord(body) &&
  typeof body.code === "string" &&
  /^[a-z][a-z0-9_]*$/u.test(body.code) &&
  (body.status === undefined || body.status === status);

/** Retry-After in milliseconds: seconds or an HTTP date. */
function delayOf(retryAfter: string | null): number | undefined {
  if (retryAfter === null) return undefined;
  const ms = /^\d+$/u.test(retryAfter)
    ? Number(retryAfter) * 1_000
    : Date.parse(retryAfter) - Date.now();
  return ms > 0 ? ms : undefined;
}
