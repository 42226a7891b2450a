import { fileURLToPath } from "node:url";

/** Folder of the built pages: `index.html` for every page address, `assets/` with hashed names, icons and the manifest. */
export const webRoot = fileURLToPath(new URL("dist/site", import.meta.url));
