import { ClientError } from "./client-error.ts";
import { isRecord } from "./guards.ts";

export interface HttpOptions {
  /** Origin of the tenant, as `https://demo.example.com`. */
  readonly baseUrl: string;
  /** Sent with every call; in Node a `Host` here decides the tenant. */
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
}
export interface HttpCall {
  readonly body?: unknown;
  readonly token?: string | undefined;
  /** Idempotency-Key. */
  readonly key?: string;
}

/** JSON over HTTP. Every failure is a `ClientError`: problem details keep their code, what never got an answer is `network`. */
export class HttpApi {
  readonly #options: HttpOptions;

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  async call<T>(method: string, path: string, accept: (value: unknown) => value is T, { body, token, key }: HttpCall = {}): Promise<T> {
    const { baseUrl, headers, fetch, timeoutMs } = this.#options;
    let response: Response;
    let answer: unknown;
    try {
      response = await fetch(baseUrl + path, {
        method,
        headers: {
          accept: "application/json",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(key === undefined ? {} : { "idempotency-key": key }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      answer = parse(await response.text());
    } catch (cause) {
      throw new ClientError("network", "The server cannot be reached.", { cause });
    }
    if (!response.ok) throw problem(response, answer);
    if (!accept(answer)) throw new ClientError("bad_answer", `${method} ${path} answered in an unknown shape.`, { status: response.status });
    return answer;
  }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

function problem(response: Response, answer: unknown): ClientError {
  const fields = isRecord(answer) ? answer : {};
  const seconds = Number(response.headers.get("retry-after") ?? "");
  return new ClientError(
    typeof fields.code === "string" ? fields.code : response.status >= 500 ? "unavailable" : `http_${response.status}`,
    typeof fields.detail === "string" ? fields.detail : typeof fields.title === "string" ? fields.title : `HTTP ${response.status}`,
    {
      status: response.status,
      request: fields.request,
      ...(seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {}),
      ...(Array.isArray(fields.errors) ? { errors: fields.errors as { path: string; message: string }[] } : {}),
    },
  );
}
