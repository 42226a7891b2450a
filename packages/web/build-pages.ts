/**
 * Builds the pages into dist/site: one document per page with its own self-contained script (a
 * page's script is asked for again as a whole when it was lost), the boot script inside it, and the
 * service workers with their lists of files.
 */
import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build, type InlineConfig, type Plugin, type Rolldown } from "vite";
import {
  inlineStyles,
  keepClassFields,
  lightSockets,
  minifyAgain,
  minified,
  plainImports,
  shareWithChunks,
} from "./build-plugins.ts";
import { documents } from "./index.js";
import { pageDocument } from "./page-documents.ts";
import type { ShellFiles } from "./src/service-worker/shell-files.ts";

const root = import.meta.dirname;
const site = join(root, "dist/site");
/** The oldest browsers that the pages support. */
const target = ["chrome94", "firefox93", "safari15.4"];
/** The next ones that differ in class fields alone, see `keepClassFields`. */
const targetWithFields = ["chrome98", "firefox93", "safari16"];

const { version: release } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
  version: string;
};
const shared: InlineConfig = {
  configFile: false,
  root,
  logLevel: "warn",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  define: { __RELEASE__: JSON.stringify(release) },
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
  return await minified(output.code, { module: false, ecma: 2015 });
}

const inAssets = (name: string): string => join("assets", name);

/** The socket's code is a chunk of its own, loaded after the first paint. */
const chunkName = ({ facadeModuleId }: { facadeModuleId?: string | null }): string =>
  /socket\.io-client/.test(facadeModuleId ?? "")
    ? "assets/socket-[hash].js"
    : "assets/[name]-[hash].js";

const hash = (text: string): string =>
  createHash("sha256").update(text).digest("base64url").slice(0, 8);

type Files = Readonly<Record<string, readonly string[]>>;

/** Language -> the files of a page with its texts. */
function languagesOf(outputs: readonly (Rolldown.OutputChunk | Rolldown.OutputAsset)[]): Files {
  const languages: Record<string, string[]> = {};
  for (const output of outputs) {
    const module = output.type === "chunk" ? (output.facadeModuleId ?? "") : "";
    const code = /\/i18n\/(?:\w+\/)*([a-z]{2})\.ts$/.exec(module)?.[1];
    if (code !== undefined) (languages[code] ??= []).push(`/${output.fileName}`);
  }
  return languages;
}

/**
 * Puts the boot script into the document, with what it preloads, and marks what it watches. A file
 * of its own could be lost, and nothing would ask for it again.
 */
function bootFirst(code: string): Plugin {
  return {
    name: "boot-first",
    transformIndexHtml: {
      order: "post",
      handler: (html, { bundle }) => {
        const languages = JSON.stringify(languagesOf(Object.values(bundle ?? {})));
        const script = code.replace("__LANGUAGE_FILES__", () => languages).trim();
        if (script.includes("</")) throw new Error("the boot script would end its element");
        return html
          .replace(/<(script type="module"|link rel="stylesheet")/g, "<$1 data-entry")
          .replace("</title>", () => `</title>\n    <script>${script}</script>`);
      },
    },
  };
}

await rm(site, { recursive: true, force: true });
const boot = await buildScript("src/boot/boot.ts", { target: "es2015" });
const guestBoot = await buildScript("src/boot/guest-boot.ts", { target: "es2015" });
const shells: Record<string, ShellFiles> = {};
for (const [index, file] of documents.entries()) {
  const isGuest = file === "guest.html";
  const result = await build({
    ...shared,
    publicDir: index === 0 ? "public" : false,
    plugins: [
      pageDocument(root, file),
      ...(isGuest ? [inlineStyles()] : []),
      // Only a service worker shows it, with the files that it keeps.
      ...(file === "offline.html" ? [] : [bootFirst(isGuest ? guestBoot : boot)]),
      minifyAgain(),
      keepClassFields(),
      lightSockets(join(root, "src/sockets")),
      plainImports(),
      shareWithChunks(),
    ],
    build: {
      outDir: "dist/site",
      emptyOutDir: false,
      target: targetWithFields,
      cssTarget: target,
      // A data: URL would need a hole in the Content-Security-Policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: join(root, file), output: { chunkFileNames: chunkName } },
    },
  });
  const files = [result].flat().flatMap((one) => ("output" in one ? one.output : []));
  const languages = languagesOf(files);
  const ofLanguages = new Set(Object.values(languages).flat());
  const assets = files
    .map(({ fileName }) => `/${fileName}`)
    .filter((path) => path.startsWith("/assets/") && !ofLanguages.has(path));
  const text = await readFile(join(site, file), "utf8");
  const page = file.replace(".html", "");
  const version = hash(text + assets.join() + [...ofLanguages].join());
  shells[page] = { version, document: `/${file}`, assets, languages };
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
const brotli = {
  params: {
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
  },
};
const served = [...(await readdir(site)), ...(await readdir(join(site, "assets"))).map(inAssets)];
for (const name of served.filter((one) => texts.test(one))) {
  const file = join(site, name);
  const code = await readFile(file);
  await writeFile(`${file}.br`, brotliCompressSync(code, brotli));
  await writeFile(`${file}.gz`, gzipSync(code, { level: 9 }));
}
console.log((await readdir(join(site, "assets"))).join("\n"));
