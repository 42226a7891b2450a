import { defaultFetch } from "#platform";
import { HttpApi } from "../http/http-api.ts";
import { defaultTiming, type Timing } from "../shared/timing.ts";

/** What both clients take. */
export interface ClientOptions {
  /** Origin of the api. Default in a browser: the page's origin. */
  readonly baseUrl?: string;
  /** Origin of the gateways. Default: `baseUrl`. */
  readonly socketUrl?: string;
  /**
   * Sent with every HTTP call and, outside browsers, with the handshake. `{host:
   * "demo.localhost:3000"}` selects the tenant when `baseUrl` is an IP address.
   */
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch?: typeof fetch;
  readonly timing?: Partial<Timing>;
  /** Random number from 0 to 1, for tests. */
  readonly random?: () => number;
}

export type ClientContext = ReturnType<typeof createClientContext>;

/** The page's origin; undefined outside browsers and in pages without one (files, sandboxes). */
const pageOrigin = (): string | undefined => {
  const origin = globalThis.location?.origin;
  return origin === undefined || origin === "null" ? undefined : origin;
};

/** Applies the defaults and creates the HTTP API. */
export function createClientContext(given: ClientOptions) {
  const baseUrl = (given.baseUrl ?? pageOrigin() ?? "http://localhost:3000").replace(/\/$/u, "");
  const timing = { ...defaultTiming, ...given.timing };
  const headers = given.headers ?? {};
  return {
    url: (given.socketUrl ?? baseUrl).replace(/\/$/u, ""),
    headers,
    timing,
    /** Whether the api's cookies reach this page: it is a page of the same origin. */
    cookies: globalThis.document !== undefined && new URL(baseUrl).origin === pageOrigin(),
    random: given.random ?? Math.random,
    api: new HttpApi({
      baseUrl,
      headers,
      fetch: given.fetch ?? defaultFetch,
      timeoutMs: timing.httpMs,
    }),
  };
}
