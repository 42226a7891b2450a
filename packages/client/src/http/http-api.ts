import { ClientError } from "../shared/client-error.ts";
import { present } from "../shared/present.ts";
import { within } from "../shared/within.ts";
import { readAnswer } from "./read-answer.ts";

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

/**
 * JSON over HTTP. Every failure is a `ClientError`; without an answer of the api its code is
 * `network`.
 */
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
    const { baseUrl, headers } = this.#options;
    const url = baseUrl + path;
    const init = {
      method,
      headers: present({
        accept: "application/json",
        "content-type": body && "application/json",
        authorization: token && `Bearer ${token}`,
        "idempotency-key": key,
        ...headers,
      }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // The api redirects nothing; a redirect could carry the body's tokens to another origin.
      redirect: "manual" as const,
    };
    assertSendable(url, init.headers);
    return readAnswer(`${method} ${path}`, await this.#exchange(url, init), accept);
  }

  async #exchange(url: string, init: RequestInit) {
    const { fetch, timeoutMs } = this.#options;
    const aborting = new AbortController();
    const exchange = async () => {
      const response = await fetch(url, { ...init, signal: aborting.signal });
      const { status, ok, headers } = response;
      return { status, ok, retryAfter: headers.get("retry-after"), text: await response.text() };
    };
    try {
      return await within(timeoutMs, exchange());
    } catch (cause) {
      aborting.abort();
      throw new ClientError("network", "The api was not reached.", { cause });
    }
  }
}

/**
 * An address or a header that cannot be sent is a bug, not a fault of the network. @throws
 * TypeError
 */
function assertSendable(url: string, headers: Record<string, string>): void {
  new URL(url);
  new Headers(headers);
}
