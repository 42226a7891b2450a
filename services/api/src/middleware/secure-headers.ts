import { tenantOrigin } from "@waiter/auth";
import type { Request, RequestHandler, Response } from "express";
import type { IncomingMessage, ServerResponse } from "node:http";
import helmet, { type HelmetOptions } from "helmet";
import { clientOf } from "../auth/client.ts";
import { hashesOf } from "./inline-hashes.ts";

/** Answers that are no documents: scripts, styles, pictures and JSON. */
const dataPath = /^\/(?:assets\/|api\/(?!docs)|icon[\w-]*\.)/;

/**
 * Headers that restrict what a browser does with our answers. A document's content security policy
 * allows the page's own origin and nothing else: the style elements and boot scripts of our
 * documents by their hash (scripts of a page may set styles), and sockets of the own host alone,
 * which is named because some browsers exclude wss: from 'self'. What is no document gets none of a
 * document's headers: on a slow phone they cost more than the content of some answers. HTTPS is
 * required where DOMAIN_URL is https. Fonts and workers fall back to the directives of all content
 * and of scripts.
 * @param documents the pages whose elements are allowed, and those of the documentation
 */
export function secureHeaders(
  domainUrl: string,
  documents: { readonly pages: readonly string[]; readonly docs: readonly string[] },
): RequestHandler {
  const inline = (element: "style" | "script") => {
    const [ofPages, ofDocs] = [documents.pages, documents.docs].map((each) =>
      hashesOf(element, each),
    );
    return (request: IncomingMessage): string =>
      ((request as Request).path.startsWith("/api/") ? ofDocs : ofPages) ?? "";
  };
  const secure = domainUrl.startsWith("https:");
  const sockets = (_request: IncomingMessage, response: ServerResponse): string => {
    const { host } = clientOf(response as Response);
    const origin = host.kind === "tenant" ? tenantOrigin(host.slug, domainUrl) : domainUrl;
    return new URL(origin).origin.replace(/^http/, "ws");
  };
  const common = {
    strictTransportSecurity: secure ? { maxAge: 31_536_000, includeSubDomains: true } : false,
    // A table's address contains its code: no other site learns it from a link.
    referrerPolicy: { policy: "no-referrer" },
    // Read by Internet Explorer, Flash and old releases of Chrome alone.
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  } as const;
  const ofData = constantHeaders({
    ...common,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    xFrameOptions: false,
  });
  const ofDocuments = helmet({
    ...common,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        connectSrc: ["'self'", sockets],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        imgSrc: ["'self'", "data:", "blob:"],
        // /join makes a manifest that starts the installed app with the invitation.
        manifestSrc: ["'self'", "data:"],
        mediaSrc: ["'self'", "blob:", "data:"],
        objectSrc: ["'none'"],
        scriptSrc: ["'self'", inline("script")],
        styleSrc: ["'self'", inline("style")],
        ...(secure ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    xFrameOptions: { action: "deny" },
  });
  return (request, response, next) => {
    if (dataPath.test(request.path)) {
      for (const [name, value] of ofData) response.setHeader(name, value);
      next();
      return;
    }
    response.set("Permissions-Policy", permissionsPolicy);
    ofDocuments(request, response, next);
  };
}

/** What helmet sets on every answer alike, asked once: most answers of the api are data. */
function constantHeaders(options: HelmetOptions): readonly (readonly [string, string])[] {
  const headers: [string, string][] = [];
  const collector = {
    setHeader: (name: string, value: string) => headers.push([name, value]),
    removeHeader: () => undefined,
  };
  helmet(options)({} as IncomingMessage, collector as unknown as ServerResponse, (error) => {
    if (error instanceof Error) throw error;
  });
  return headers;
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
