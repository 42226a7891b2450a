/**
 * Builds the pages into dist/site: one document per page with its own self-contained script (a
 * page's script is asked for again as a whole when it was lost), the boot script, and the service
 * workers with their lists of files.
 */
import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build, type InlineConfig, type Plugin } from "vite";
import { documents } from "./index.js";

const root = import.meta.dirname;
const site = join(root, "dist/site");
/** The oldest browsers that the pages support. */
const target = ["chrome94", "firefox93", "safari15.4"];

const shared: InlineConfig = {
  configFile: false,
  root,
  logLevel: "warn",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  resolve: { conditions: ["source", "module", "browser", "production"] },
};

/** Plain scripts, each from one file. @returns the code. */
async function buildScript(
  file: string,
  options: { target: string | string[]; define?: Record<string, string> },
) {
  const result = await build({
    ...shared,
    define: options.define ?? {},
    publicDir: false,
    build: {
      write: false,
      target: options.target,
      lib: { entry: join(root, file), formats: ["iife"], name: "waiter" },
    },
  });
  const [output] = [result].flat().flatMap((one) => ("output" in one ? one.output : []));
  if (output?.type !== "chunk") throw new Error(`${file} gave no script`);
  return output.code;
}

const inAssets = (name: string): string => join("assets", name);
const hash = (text: string): string =>
  createHash("sha256").update(text).digest("base64url").slice(0, 8);

/** Puts the boot script first and marks what it watches. */
function bootFirst(code: string): Plugin {
  const fileName = `assets/boot-${hash(code)}.js`;
  return {
    name: "boot-first",
    generateBundle() {
      this.emitFile({ type: "asset", fileName, source: code });
    },
    transformIndexHtml: {
      order: "post",
      handler: (html) =>
        html
          .replace(/<(script type="module"|link rel="stylesheet")/g, "<$1 data-entry")
          .replace("</title>", `</title>\n    <script src="/${fileName}"></script>`),
    },
  };
}

await rm(site, { recursive: true, force: true });
const boot = await buildScript("src/boot/boot.ts", { target: "es2015" });
const shells: Record<string, { version: string; document: string; assets: string[] }> = {};
for (const [index, file] of documents.entries()) {
  const result = await build({
    ...shared,
    publicDir: index === 0 ? "public" : false,
    plugins: [bootFirst(boot)],
    build: {
      outDir: "dist/site",
      emptyOutDir: false,
      target,
      cssTarget: target,
      // A data: URL would need a hole in the Content-Security-Policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: join(root, file) },
    },
  });
  const files = [result].flat().flatMap((one) => ("output" in one ? one.output : []));
  const assets = files
    .map(({ fileName }) => `/${fileName}`)
    .filter((path) => path.startsWith("/assets/"));
  const text = await readFile(join(site, file), "utf8");
  const page = file.replace(".html", "");
  shells[page] = { version: hash(text + assets.join()), document: `/${file}`, assets };
}
for (const name of ["guest-worker", "staff-worker"]) {
  const code = await buildScript(`src/service-worker/${name}.ts`, {
    target,
    define: { __SHELLS__: JSON.stringify(shells) },
  });
  await writeFile(join(site, `${name}.js`), code);
}
/** What browsers load as text; pictures are compressed already. */
const texts = /\.(?:js|css|html|svg|webmanifest)$/;
const served = [...(await readdir(site)), ...(await readdir(join(site, "assets"))).map(inAssets)];
for (const name of served.filter((one) => texts.test(one))) {
  const file = join(site, name);
  const code = await readFile(file);
  await writeFile(`${file}.br`, brotliCompressSync(code));
  await writeFile(`${file}.gz`, gzipSync(code, { level: 9 }));
}
console.log((await readdir(join(site, "assets"))).join("\n"));
