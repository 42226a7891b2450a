import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

interface Part {
  /** The page's script, below src. */
  readonly entry: string;
  /** Whether the page is part of the installed app. */
  readonly isInstallable?: boolean;
  readonly title?: string;
}

/** What tells the documents of the pages apart; document.html holds the rest. */
const parts: Readonly<Record<string, Part>> = {
  "guest.html": { entry: "guest/main.tsx" },
  "index.html": { entry: "landing/main.tsx" },
  "join.html": { entry: "join/main.tsx", isInstallable: true },
  "manage.html": { entry: "manage/main.tsx", isInstallable: true },
  "not-found.html": { entry: "landing/not-found.tsx" },
  "offline.html": { entry: "offline/main.ts" },
  "staff.html": { entry: "staff/main.tsx", isInstallable: true },
  "style-guide.html": { entry: "style-guide/main.tsx", title: "Style guide" },
  "suspended.html": { entry: "landing/suspended.tsx" },
};
const manifest = '<link rel="manifest" href="/manifest.webmanifest" />';

/** Serves a page's document to the build. @throws for a document that has no row here. */
export function pageDocument(root: string, file: string): Plugin {
  const part = parts[file];
  if (part === undefined) throw new Error(`page-documents.ts has no row for ${file}`);
  const { entry, isInstallable = false, title = "Waiter" } = part;
  const id = join(root, file);
  const icon = readFileSync(join(root, "public/icon.svg"), "utf8");
  const document = readFileSync(join(root, "document.html"), "utf8")
    .replace("<!--manifest-->", isInstallable ? manifest : "")
    .replace("<!--icon-->", `data:image/svg+xml,${asAddress(icon)}`)
    .replaceAll("<!--title-->", title)
    .replace("<!--entry-->", entry);
  return {
    name: "page-document",
    enforce: "pre",
    resolveId: (source) => (source === id ? id : null),
    load: (from) => (from === id ? document : null),
  };
}

/** As short as a picture in an attribute may be. */
const asAddress = (svg: string): string =>
  svg
    .replace(/\n\s*/g, "")
    .replaceAll('"', "'")
    .replace(/[#<>]/g, (char) => encodeURIComponent(char));
