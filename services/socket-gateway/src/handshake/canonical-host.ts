import { tenantLabel } from "@waiter/auth";

/**
 * @returns a function: the host under DOMAIN_URL that a Host header names, in one spelling; empty
 * for a foreign host.
 */
export function createCanonicalHost(domainUrl: string): (host: string) => string {
  const apex = new URL(domainUrl).host;
  return (host) => {
    const label = tenantLabel(host, domainUrl);
    if (label.kind === "unknown") return "";
    return label.kind === "tenant" ? `${label.slug}.${apex}` : apex;
  };
}
