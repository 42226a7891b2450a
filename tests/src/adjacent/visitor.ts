import { request } from "node:http";

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

interface Tokens {
  readonly accessToken?: string;
  readonly refreshToken?: string;
}

/**
 * One browser (cookies) or one program (refresh token in the body) that talks to several apis of
 * one restaurant.
 */
export class Visitor {
  readonly requestIds: unknown[] = [];
  readonly #host: string;
  readonly #inBody: boolean;
  readonly #cookies = new Map<string, string>();
  #refreshToken: string | undefined;
  #accessToken: string | undefined;

  constructor(host: string, inBody: boolean) {
    this.#host = host;
    this.#inBody = inBody;
  }

  login(
    origin: string,
    person: { readonly email: string; readonly password: string } | undefined,
  ): Promise<Answer> {
    return this.#authenticate(origin, "/api/auth/login", {
      email: person?.email,
      password: person?.password,
      ...(this.#inBody && { refresh: "body" }),
    });
  }

  refresh(origin: string): Promise<Answer> {
    const body = this.#inBody ? { refreshToken: this.#refreshToken, refresh: "body" } : {};
    return this.#authenticate(origin, "/api/auth/refresh", body);
  }

  logout(origin: string): Promise<Answer> {
    const body = this.#inBody ? { refreshToken: this.#refreshToken } : {};
    return this.#send(origin, "POST", "/api/auth/logout", body);
  }

  sitDown(origin: string, tableToken: string): Promise<Answer> {
    return this.#authenticate(origin, "/api/guest/sessions", { tableToken });
  }

  async order(origin: string, body: unknown, key: string): Promise<Answer> {
    const answer = await this.#send(origin, "POST", "/api/guest/requests", body, {
      "idempotency-key": key,
    });
    this.requestIds.push((answer.body["request"] as { id?: unknown } | undefined)?.id);
    return answer;
  }

  get(origin: string, path: string): Promise<Answer> {
    return this.#send(origin, "GET", path);
  }

  async #authenticate(origin: string, path: string, body: unknown): Promise<Answer> {
    const answer = await this.#send(origin, "POST", path, body);
    const { accessToken, refreshToken } = answer.body as Tokens;
    this.#accessToken = accessToken ?? this.#accessToken;
    this.#refreshToken = refreshToken ?? this.#refreshToken;
    return answer;
  }

  /** Sends what a page of the restaurant's own origin would send. */
  #send(
    origin: string,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const text = body === undefined ? "" : JSON.stringify(body);
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    return new Promise((resolve, reject) => {
      const outgoing = request(
        `${origin}${path}`,
        {
          method,
          agent: false,
          headers: {
            host: this.#host,
            ...(text !== "" && {
              "content-type": "application/json",
              "content-length": String(Buffer.byteLength(text)),
            }),
            ...(cookie !== "" && { cookie }),
            ...(this.#accessToken !== undefined && {
              authorization: `Bearer ${this.#accessToken}`,
            }),
            ...headers,
          },
        },
        (incoming) => {
          for (const each of incoming.headers["set-cookie"] ?? []) this.#store(each);
          let answer = "";
          incoming.setEncoding("utf8").on("data", (chunk: string) => (answer += chunk));
          incoming.once("error", reject);
          incoming.once("end", () =>
            resolve({
              status: incoming.statusCode ?? 0,
              body: answer.startsWith("{") ? (JSON.parse(answer) as Record<string, unknown>) : {},
            }),
          );
        },
      );
      outgoing.once("error", reject);
      outgoing.end(text);
    });
  }

  #store(setCookie: string): void {
    const [pair = "", ...attributes] = setCookie.split(";").map((part) => part.trim());
    const [name = "", value = ""] = pair.split("=", 2);
    const gone = attributes.some((each) => /^max-age=0$|^expires=Thu, 01 Jan 1970/i.test(each));
    if (gone) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}
