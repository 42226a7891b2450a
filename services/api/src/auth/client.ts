import { addressBlock, tenantLabel, type TenantLabel, type TrustedProxies } from "@waiter/auth";
import { AppError } from "@waiter/errors";
import type { RequestHandler, Response } from "express";

interface Client {
  /** As trusted proxies report it, normalized. */
  readonly address: string;
  /** What the requested host names under DOMAIN_URL. */
  readonly host: TenantLabel;
}

/**
 * Reads the client's address and host once per request; everything later asks {@link clientOf}. A request with several
 * Host headers, or with an absolute target of another host, is ambiguous and refused (RFC 9112, section 3.2).
 */
export const identifyClient =
  (proxies: TrustedProxies, domainUrl: string): RequestHandler =>
  (request, response, next) => {
    const hosts = request.rawHeaders.filter(
      (name, index) => index % 2 === 0 && name.toLowerCase() === "host",
    );
    if (hosts.length > 1) throw new AppError("bad_request", { detail: "Send one Host header." });
    const target = /^https?:\/\/([^/?#]*)/i.exec(request.url)?.[1];
    if (target !== undefined && target.toLowerCase() !== request.headers.host?.toLowerCase())
      throw new AppError("bad_request", { detail: "The target and the Host header differ." });
    const client: Client = {
      address: proxies.addressOf(request),
      host: tenantLabel(proxies.hostOf(request), domainUrl),
    };
    response.locals.client = client;
    next();
  };

export const clientOf = (response: Response): Client => response.locals.client as Client;
/** False for a request that was refused before its client was read. */
export const hasClient = (response: Response): boolean => response.locals.client !== undefined;

/** The address block that limits count: IPv4, or IPv6 /64 unless said otherwise. */
export const blockOf = (response: Response, bits: 48 | 64 = 64): string =>
  addressBlock(clientOf(response).address, bits);
