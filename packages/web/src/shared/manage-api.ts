import { ClientError, type StaffClient } from "@waiter/client";

/** A refusal of the api with its problem document; `network` where no answer of the api came. */
export class ManageError extends Error {
  readonly code: string;
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(code: string, problem: Readonly<Record<string, unknown>> = {}) {
    super(code);
    this.code = code;
    this.problem = problem;
  }
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
const timeoutMs = 15_000;
/** Pauses before the second and the third attempt of a call without an answer. */
const pausesMs = [400, 1_500];
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Calls the api as the person who is signed in on this device. A change carries an Idempotency-Key:
 * every attempt of the same change has the same key until the api has answered, also when the
 * person presses the button again after an outage. So a lost answer never makes two tables.
 */
export class ManageApi {
  readonly #client: StaffClient;
  /** Changes without an answer yet, by what they ask for. */
  readonly #keys = new Map<string, string>();
  /** By how much this device's clock runs ahead, ms: negative where it is behind. */
  #aheadMs = 0;

  constructor(client: StaffClient) {
    this.#client = client;
  }

  /** The server's time, ms since the epoch, by the last answer: up to 1 s and its way late. */
  serverNow(): number {
    return Date.now() - this.#aheadMs;
  }

  /** Throws {@link ManageError}; `unauthorized` when the session has ended. */
  async call<T>(method: Method, path: string, body?: object): Promise<T> {
    const json = body === undefined ? undefined : JSON.stringify(body);
    const intent = `${method} ${path} ${json ?? ""}`;
    const key = method === "GET" ? undefined : (this.#keys.get(intent) ?? newKey());
    if (key !== undefined) this.#keys.set(intent, key);
    for (let attempt = 0; ; attempt++) {
      try {
        const answer = await this.#once<T>(method, path, json, key);
        this.#keys.delete(intent);
        return answer;
      } catch (error) {
        const isLost = error instanceof ManageError && error.code === "network";
        if (!isLost) this.#keys.delete(intent);
        const wait = pausesMs[attempt];
        if (!isLost || wait === undefined) throw error;
        await pause(wait);
      }
    }
  }

  /** Every member of a list that comes in pages. */
  async list<T>(name: string, path: string): Promise<{ rows: T[]; version: number }> {
    const rows: T[] = [];
    let cursor: string | undefined;
    let version = 0;
    do {
      const next = cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page = await this.call<Record<string, unknown>>("GET", `${path}${next}`);
      rows.push(...(page[name] as T[]));
      cursor = page["nextCursor"] as string | undefined;
      version = Number(page["version"] ?? 0);
    } while (cursor !== undefined);
    return { rows, version };
  }

  async #once<T>(
    method: Method,
    path: string,
    json: string | undefined,
    key: string | undefined,
  ): Promise<T> {
    let { status, body } = await this.#send(method, path, json, key, await this.#token());
    // A changed role or a token that has just ended: the device's session may go on.
    if (status === 401)
      ({ status, body } = await this.#send(method, path, json, key, await this.#token(true)));
    if (status < 300) return body as T;
    const problem = body as Record<string, unknown>;
    const { code } = problem;
    if (status === 401) throw new ManageError("unauthorized");
    const isLost = typeof code !== "string" || status >= 500;
    throw new ManageError(isLost ? "network" : code, problem);
  }

  async #send(
    method: Method,
    path: string,
    json: string | undefined,
    key: string | undefined,
    token: string,
  ): Promise<{ status: number; body: unknown }> {
    const aborting = new AbortController();
    const timer = setTimeout(() => aborting.abort(), timeoutMs);
    try {
      const answer = await fetch(path, {
        method,
        headers: {
          accept: "application/json",
          authorization: `Bearer ${token}`,
          ...(json !== undefined && { "content-type": "application/json" }),
          ...(key !== undefined && { "idempotency-key": key }),
        },
        ...(json !== undefined && { body: json }),
        signal: aborting.signal,
      });
      const at = Date.parse(answer.headers.get("date") ?? "");
      if (!Number.isNaN(at)) this.#aheadMs = Date.now() - at;
      return { status: answer.status, body: answer.status === 204 ? {} : await answer.json() };
    } catch {
      throw new ManageError("network");
    } finally {
      clearTimeout(timer);
    }
  }

  async #token(renewed = false): Promise<string> {
    const { session } = this.#client;
    // The SDK renews it in time; this device's clock, which may be wrong, has no say.
    if (session !== undefined && !renewed) return session.accessToken;
    try {
      return (await this.#client.resumeSession()).accessToken;
    } catch (error) {
      const ended = error instanceof ClientError && error.isAuthentication;
      throw new ManageError(ended ? "unauthorized" : "network");
    }
  }
}

const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
