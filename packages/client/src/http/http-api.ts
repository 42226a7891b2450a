import { ClientError } from "../shared/client-error.ts";
import { isRecord, textOr } from "../shared/guards.ts";
import { present } from "../shared/present.ts";

export interface HttpOptions {
  /** Origin of the tenant, as `https://demo.example.com`. */
  readonly baseUrl: string;
  /** Sent with every call. In Node, `host` selects the tenant. */
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
}
export interface HttpCall {
  readonly body?: object | undefined;
  readonly token?: string | undefined;
  /** Idempotency-Key. */
  readonly key?: string | undefined;
}

/** JSON over HTTP. Every failure is a `ClientError`; without an answer its code is `network`. */
export class HttpApi {
  readonly #options: HttpOptions;

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  async call<T>(
    method: string,
    path: string,
    accept: (value: unknown) => value is T,
    { body, token, key }: HttpCall = {},
  ): Promise<T> {
    const { baseUrl, headers, fetch, timeoutMs } = this.#options;
    let response: Response;
    let answer: unknown;
    try {
      response = await fetch(baseUrl + path, {
        method,
        headers: present({
          accept: "application/json",
          "content-type": body && "application/json",
          authorization: token && `Bearer ${token}`,
          "idempotency-key": key,
          ...headers,
        }),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      answer = parse(await response.text());
    } catch (cause) {
      throw new ClientError("network", "Not reached.", { cause });
    }
    if (!response.ok) throw problem(response, answer);
    if (!accept(answer))
      throw new ClientError("bad_answer", `${method} ${path}: unknown shape`, {
        status: response.status,
      });
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
  const { code, title, detail, request, errors } = isRecord(answer) ? answer : {};
  const seconds = Number(response.headers.get("retry-after"));
  return new ClientError(
    textOr(code, response.status >= 500 ? "unavailable" : `http_${response.status}`),
    textOr(detail, textOr(title, `HTTP ${response.status}`)),
    {
      status: response.status,
      request,
      retryAfterMs: seconds > 0 ? seconds * 1_000 : undefined,
      errors: Array.isArray(errors) ? (errors as { path: string; message: string }[]) : [],
    },
  );
}
