import { addressBlock, tenantLabel, type TenantLabel, type TrustedProxies } from "@waiter/auth";
import { AppError } from "@waiter/errors";
import type { Request, RequestHandler, Response } from "express";

interface Client {
  /** As trusted proxies report it, normalized. */
  readonly address: string;
  /** What the requested host names under DOMAIN_URL. */
  readonly host: TenantLabel;
}

/** Reads the client's address and host once per request; everything later uses {@link clientOf}. */
export const identifyClient =
  (proxies: TrustedProxies, domainUrl: string): RequestHandler =>
  (request, response, next) => {
    const client: Client = {
      address: proxies.addressOf(request),
      host: tenantLabel(proxies.hostOf(request), domainUrl),
    };
    response.locals.client = client;
    next();
  };

export const clientOf = (response: Response): Client => response.locals.client as Client;

/** The address block that limits count: IPv4, or IPv6 /64 unless said otherwise. */
export const blockOf = (response: Response, bits: 48 | 64 = 64): string =>
  addressBlock(clientOf(response).address, bits);

/**
 * Refuses requests without a host of ours: neither the apex nor one label under it, several Host
 * headers, or an absolute target of another host (RFC 9112, section 3.2).
 */
export const requireKnownHost: RequestHandler = (request, response, next) => {
  if (isAmbiguous(request))
    next(new AppError("bad_request", { detail: "The request names more than one host." }));
  else if (clientOf(response).host.kind === "unknown") next(new AppError("tenant_unknown"));
  else next();
};

function isAmbiguous({ rawHeaders, headers, url }: Request): boolean {
  const hosts = rawHeaders.filter(
    (name, index) => index % 2 === 0 && name.toLowerCase() === "host",
  );
  const target = /^https?:\/\/([^/?#]*)/i.exec(url)?.[1];
  return (
    hosts.length > 1 ||
    (target !== undefined && target.toLowerCase() !== headers.host?.toLowerCase())
  );
}
