import { defaultFetch } from "#default-fetch";
import { HttpApi } from "./http-api.ts";
import { defaultTiming, type Timing } from "./timing.ts";

export interface ClientOptions {
  /** Origin of the API; in a browser the page's own by default. */
  readonly baseUrl?: string;
  /** Origin of the gateways, where it is another one. */
  readonly socketUrl?: string;
  /** Sent with every HTTP call and handshake (outside browsers). `{host: "demo.localhost:3000"}` names the tenant to an address that does not. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch?: typeof fetch;
  readonly timing?: Partial<Timing>;
  /** 0 to 1; for tests. */
  readonly random?: () => number;
}

export type ClientBase = ReturnType<typeof clientBase>;

/** The options with their defaults, and the API they make. */
export function clientBase(given: ClientOptions) {
  const baseUrl = (given.baseUrl ?? globalThis.location?.origin ?? "http://localhost:3000").replace(
    /\/$/u,
    "",
  );
  const timing = { ...defaultTiming, ...given.timing };
  const headers = given.headers ?? {};
  return {
    url: (given.socketUrl ?? baseUrl).replace(/\/$/u, ""),
    headers,
    timing,
    random: given.random ?? Math.random,
    api: new HttpApi({
      baseUrl,
      headers,
      fetch: given.fetch ?? defaultFetch,
      timeoutMs: timing.httpMs,
    }),
  };
}
