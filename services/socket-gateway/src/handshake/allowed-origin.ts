import { tenantLabel, type TenantLabel } from "@waiter/auth";
import { originPatterns } from "@waiter/config";

/**
 * Whether a connection with this Origin may ask for a host: without one (no browser), from the same
 * tenant's pages, or from CORS_ORIGIN. Ports are ignored, as in the host.
 */
export function isAllowedOrigin(
  origin: string | undefined,
  host: TenantLabel,
  { domainUrl, corsOrigins }: { domainUrl: string; corsOrigins: readonly string[] },
): boolean {
  if (origin === undefined) return true;
  const own = URL.canParse(origin) ? tenantLabel(new URL(origin).host, domainUrl) : undefined;
  if (own?.kind === "tenant" && host.kind === "tenant" && own.slug === host.slug) return true;
  const patterns = originPatterns(corsOrigins);
  return (
    patterns === "*" ||
    patterns.some((pattern) =>
      typeof pattern === "string" ? pattern === origin : pattern.test(origin),
    )
  );
}
