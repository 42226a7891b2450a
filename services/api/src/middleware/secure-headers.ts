import type { RequestHandler } from "express";
import helmet from "helmet";

/**
 * Headers that keep browsers on the safe side. The content security policy allows our own pages and nothing else; inline
 * styles are allowed (pages set a few), scripts never. Sockets go to the page's own host, named here for browsers in which
 * 'self' does not cover wss:. HTTPS is insisted on where DOMAIN_URL is https.
 */
export function secureHeaders(domainUrl: string): RequestHandler {
  const { host, protocol } = new URL(domainUrl);
  const secure = protocol === "https:";
  const sockets = `${secure ? "wss" : "ws"}://*.${host}`;
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        connectSrc: ["'self'", sockets],
        fontSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        imgSrc: ["'self'", "data:", "blob:"],
        mediaSrc: ["'self'", "blob:", "data:"],
        objectSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        workerSrc: ["'self'"],
        ...(secure ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    strictTransportSecurity: secure ? { maxAge: 31_536_000, includeSubDomains: true } : false,
    // A table's address is a secret of the table: no other site learns it from a link.
    referrerPolicy: { policy: "no-referrer" },
    xFrameOptions: { action: "deny" },
  });
}
