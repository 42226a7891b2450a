/** Where the system under test is reached, and the public address that its Host header names. */
export interface Target {
  readonly apiUrl: string;
  readonly gatewayUrl: string;
  /** Origins whose probes must be green. */
  readonly opsUrls: readonly string[];
  /** Public base address; tenants live one label below its host. */
  readonly domainUrl: URL;
  /**
   * Makes and deletes the test's tenant; without it only probes and a refused handshake are tried.
   */
  readonly platformToken: string | undefined;
  /** Longest wait for one step, in ms. */
  readonly timeoutMs: number;
}

/** @throws {Error} that names the variable. */
export function loadTarget(env: Readonly<Record<string, string | undefined>>): Target {
  const apiUrl = required(env, "API_URL");
  return {
    apiUrl,
    gatewayUrl: env["GATEWAY_URL"] ?? apiUrl,
    opsUrls: (env["OPS_URLS"] ?? "").split(",").filter((url) => url !== ""),
    domainUrl: new URL(required(env, "DOMAIN_URL")),
    // The newest of several, without its name.
    platformToken: /(?:^|,|:)([^,:]+)$/.exec(env["PLATFORM_ADMIN_TOKEN"] ?? "")?.[1],
    timeoutMs: Number(env["TIMEOUT_MS"] ?? 10_000),
  };
}

function required(env: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = env[name];
  if (value === undefined || !URL.canParse(value))
    throw new Error(`${name} must be an address such as http://waiter-api`);
  return value;
}
