import type { APIResponse, Route } from "playwright-core";

/**
 * Sends a page's request on and resolves with the answer. Browsers know names below `localhost` by
 * themselves, the machine that runs the tests may not, so the request goes to its own address.
 */
export function fetchRoute(
  route: Route,
  headers: Readonly<Record<string, string>> = {},
): Promise<APIResponse> {
  const url = new URL(route.request().url());
  const { host } = url;
  url.hostname = "127.0.0.1";
  return route.fetch({
    url: url.href,
    headers: { ...route.request().headers(), ...headers, host },
  });
}
