import { fileURLToPath } from "node:url";

export const webRoot = fileURLToPath(new URL("dist/site", import.meta.url));

export const pages = [
  { path: "/", document: "index.html" },
  { path: "/t/:tableToken", document: "guest.html" },
  { path: "/login", document: "staff.html" },
  { path: "/board", document: "staff.html" },
  { path: "/wall", document: "staff.html" },
  { path: "/style-guide", document: "style-guide.html" },
];

export const documents = [...new Set(pages.map(({ document }) => document))];
