import { tenantLabel, tenantOrigin } from "@waiter/auth";

/**
 * The host under DOMAIN_URL that a Host header names, in one spelling; empty for a foreign host.
 */
export function canonicalHost(host: string, domainUrl: string): string {
  const label = tenantLabel(host, domainUrl);
  if (label.kind === "unknown") return "";
  return new URL(label.kind === "tenant" ? tenantOrigin(label.slug, domainUrl) : domainUrl).host;
}
