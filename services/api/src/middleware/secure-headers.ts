import { tenantOrigin } from "@waiter/auth";
import type { RequestHandler, Response } from "express";
import type { IncomingMessage, ServerResponse } from "node:http";
import helmet from "helmet";
import { clientOf } from "../auth/client.ts";

/**
 * Headers that restrict what a browser does with our answers. The content security policy allows
 * the page's own origin and nothing else: inline styles (pages set a few), no inline scripts, and
 * sockets of the own host alone, which is named because some browsers exclude wss: from 'self'.
 * HTTPS is required where DOMAIN_URL is https.
 */
export function secureHeaders(domainUrl: string): RequestHandler[] {
  const secure = domainUrl.startsWith("https:");
  const sockets = (_request: IncomingMessage, response: ServerResponse): string => {
    const { host } = clientOf(response as Response);
    const origin = host.kind === "tenant" ? tenantOrigin(host.slug, domainUrl) : domainUrl;
    return new URL(origin).origin.replace(/^http/, "ws");
  };
  const headers = helmet({
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
        // /join makes a manifest that starts the installed app with the invitation.
        manifestSrc: ["'self'", "data:"],
        mediaSrc: ["'self'", "blob:", "data:"],
        objectSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        workerSrc: ["'self'"],
        ...(secure ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    strictTransportSecurity: secure ? { maxAge: 31_536_000, includeSubDomains: true } : false,
    // A table's address contains its code: no other site learns it from a link.
    referrerPolicy: { policy: "no-referrer" },
    xFrameOptions: { action: "deny" },
  });
  const permissions: RequestHandler = (_request, response, next) => {
    response.set("Permissions-Policy", permissionsPolicy);
    next();
  };
  return [headers, permissions];
}

/** Features that no page of ours uses. The board uses wake locks, vibration and notifications. */
const permissionsPolicy = [
  "accelerometer",
  "bluetooth",
  "display-capture",
  "geolocation",
  "gyroscope",
  "hid",
  "magnetometer",
  "microphone",
  "midi",
  "payment",
  "serial",
  "usb",
]
  .map((feature) => `${feature}=()`)
  .join(", ");
