import { ClientError, type StaffClient } from "@waiter/client";

/** A refusal of the api with its problem document, or `network` without one. */
export class ManageError extends Error {
  readonly code: string;
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(code: string, problem: Readonly<Record<string, unknown>> = {}) {
    super(code);
    this.code = code;
    this.problem = problem;
  }
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
/** A token that ends sooner is replaced before the call. */
const leewayMs = 30_000;

/** Calls the api as the person who is signed in on this device. */
export class ManageApi {
  readonly #client: StaffClient;

  constructor(client: StaffClient) {
    this.#client = client;
  }

  /** Throws {@link ManageError}; `unauthorized` when the session has ended. */
  async call<T>(method: Method, path: string, body?: object): Promise<T> {
    const token = await this.#token();
    let answer: Response;
    let json: unknown;
    try {
      answer = await fetch(path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      json = answer.status === 204 ? {} : await answer.json();
    } catch {
      throw new ManageError("network");
    }
    if (answer.ok) return json as T;
    const problem = json as Record<string, unknown>;
    const { code } = problem;
    throw new ManageError(typeof code === "string" ? code : "network", problem);
  }

  /** The text of a picture: a table's QR code. */
  async picture(path: string): Promise<string> {
    const token = await this.#token();
    const answer = await fetch(path, { headers: { authorization: `Bearer ${token}` } });
    if (!answer.ok) throw new ManageError("network");
    return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(await answer.text())}`;
  }

  async #token(): Promise<string> {
    const { session } = this.#client;
    const isFresh = session !== undefined && Date.parse(session.expiresAt) - Date.now() > leewayMs;
    if (isFresh) return session.accessToken;
    try {
      return (await this.#client.resumeSession()).accessToken;
    } catch (error) {
      const ended = error instanceof ClientError && error.isAuthentication;
      throw new ManageError(ended ? "unauthorized" : "network");
    }
  }
}
