import { fileURLToPath } from "node:url";

export const webRoot = fileURLToPath(new URL("dist/site", import.meta.url));

export const pages = [
  { pattern: /^\/$/, document: "index.html" },
  { pattern: /^\/t\/[^/]+\/?$/, document: "guest.html" },
  { pattern: /^\/(?:login|board|wall)\/?$/, document: "staff.html" },
  { pattern: /^\/manage\/?$/, document: "manage.html" },
  { pattern: /^\/join\/?$/, document: "join.html" },
  { pattern: /^\/style-guide\/?$/, document: "style-guide.html" },
];

export const notFoundDocument = "not-found.html";

export const suspendedDocument = "suspended.html";

export const documents = [
  ...pages.map(({ document }) => document),
  notFoundDocument,
  suspendedDocument,
  // The service worker's: no address leads there.
  "offline.html",
];
