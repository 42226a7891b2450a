import { isIP } from "node:net";

/** The meaning of a request's host under DOMAIN_URL. */
export type TenantLabel =
  | { readonly kind: "apex" }
  | { readonly kind: "tenant"; readonly slug: string }
  | { readonly kind: "unknown" };

/** Labels reserved for the platform and for the domain's mail and DNS. */
export const reservedLabels: ReadonlySet<string> = new Set([
  "www",
  "api",
  "app",
  "admin",
  "assets",
  "auth",
  "autoconfig",
  "autodiscover",
  "billing",
  "blog",
  "cdn",
  "dashboard",
  "docs",
  "ftp",
  "gateway",
  "grafana",
  "health",
  "help",
  "imap",
  "internal",
  "localhost",
  "login",
  "mail",
  "metrics",
  "mta-sts",
  "mx",
  "ns1",
  "ns2",
  "ops",
  "platform",
  "pop",
  "postmaster",
  "prometheus",
  "root",
  "smtp",
  "socket",
  "static",
  "status",
  "support",
  "system",
  "waiter",
  "wpad",
  "ws",
]);

const shape = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Whether a tenant may have this label: a lower-case DNS label that begins with a letter, is not
 * encoded (`--` in positions 3 and 4, as in `xn--`) and is not reserved.
 */
export function isTenantSlug(label: string): boolean {
  return shape.test(label) && label.slice(2, 4) !== "--" && !reservedLabels.has(label);
}

/**
 * The tenant that a Host header names: exactly one label under DOMAIN_URL's host. Ignores case and
 * the port (a proxy may use another port) and a trailing dot (the absolute form of a DNS name).
 * Does not check that the tenant exists.
 */
export function tenantLabel(host: string | undefined, domainUrl: string): TenantLabel {
  const name = hostname(host);
  const apex = apexOf(domainUrl);
  if (name === undefined) return { kind: "unknown" };
  if (name === apex.hostname) return { kind: "apex" };
  // A name below an apex that is no address is no address either.
  if (apex.isAddress || !name.endsWith(apex.suffix)) return { kind: "unknown" };
  const slug = name.slice(0, -apex.suffix.length);
  return isTenantSlug(slug) ? { kind: "tenant", slug } : { kind: "unknown" };
}

interface Apex {
  readonly domainUrl: string;
  readonly hostname: string;
  readonly suffix: string;
  readonly isAddress: boolean;
}
/** A process has one DOMAIN_URL: its last value is parsed once. */
let lastApex: Apex | undefined;

function apexOf(domainUrl: string): Apex {
  if (lastApex?.domainUrl !== domainUrl) {
    const { hostname: name } = new URL(domainUrl);
    const isAddress = isIP(name) !== 0 || name.startsWith("[");
    lastApex = { domainUrl, hostname: name, suffix: `.${name}`, isAddress };
  }
  return lastApex;
}

/**
 * The name of a Host header in lower case, without its port and trailing dot; undefined when it is
 * not `name` or `name:port`.
 */
function hostname(host: string | undefined): string | undefined {
  if (host === undefined || host.length > 255) return undefined;
  const parts = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]*[a-z0-9_-])\.?(?::\d{1,5})?$/.exec(
    host.toLowerCase(),
  );
  return parts?.[1];
}

/** The origin of a tenant, from configuration only: `https://pizza.example.com`. */
export function tenantOrigin(slug: string, domainUrl: string): string {
  const url = new URL(domainUrl);
  url.hostname = `${slug}.${url.hostname}`;
  return url.origin;
}
