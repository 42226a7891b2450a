import { join } from "node:path";
import { AppError } from "@waiter/errors";
import { Router, type RequestHandler } from "express";
import type { AssetEncodings, AssetStore } from "./asset-store.ts";
import { serveFiles } from "./serve-files.ts";

/** Hashed names: browsers keep their content for good. */
const forGood = "public, max-age=31536000, immutable";

/**
 * The hashed assets, on any host: pages that say "there is nothing here" need them too. An asset
 * that this build does not have is another running build's. A missing one is not cached, and its
 * connection ends, so that the browser's next attempt may reach another api.
 */
export function serveAssets(root: string, store: AssetStore, limit: RequestHandler): Router {
  const router = Router();
  router.use("/assets", withoutPolicy);
  router.use("/assets", serveFiles(join(root, "assets"), { cacheControl: forGood }));
  router.use("/assets", limit, async (request, response) => {
    const stored = await store.get(request.path.slice(1));
    if (stored === undefined) {
      response.set({ "Cache-Control": "no-store", Connection: "close" });
      throw new AppError("not_found");
    }
    const [encoding, content] = choose(stored, request.acceptsEncodings(Object.keys(stored)));
    response.type(/\.\w+$/.exec(request.path)?.[0] ?? "").set("Cache-Control", forGood);
    response.vary("Accept-Encoding");
    if (encoding !== "identity") response.set("Content-Encoding", encoding);
    response.send(content);
  });
  return router;
}

/** A script or a style sheet is never shown on its own: its policy would only cost bytes. */
const withoutPolicy: RequestHandler = (_request, response, next) => {
  response.removeHeader("Content-Security-Policy");
  next();
};

/** The shortest encoding that the browser takes. */
function choose(stored: AssetEncodings, accepted: string | string[] | false): [string, Buffer] {
  const taken = [accepted || "identity"].flat();
  const [best] = Object.entries(stored)
    .filter(([encoding]) => encoding === "identity" || taken.includes(encoding))
    .toSorted(([, a], [, b]) => a.length - b.length);
  return best ?? ["identity", Buffer.alloc(0)];
}
