import { transformAsync, version } from "@babel/core";
import { minify, version as minifier } from "@swc/core";
import safariFieldScope from "@babel/plugin-bugfix-safari-class-field-initializer-scope";
import type { Plugin } from "vite";

/**
 * The bundler's own minifier leaves 3 % of a page's compressed code that this one finds.
 * @param ecma the newest syntax that it may write
 */
export const minified = async (
  code: string,
  { module, ecma }: { readonly module: boolean; readonly ecma: 2015 | 2020 },
): Promise<string> => (await minify(code, { module, ecma, compress: { passes: 3 } })).code;

export const minifyAgain = (): Plugin => ({
  name: "minify-again",
  augmentChunkHash: () => `swc ${minifier}`,
  async generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== "chunk") continue;
      chunk.code = await minified(chunk.code, { module: true, ecma: 2020 });
    }
  },
});

/**
 * Class fields stay as they are: Safari 15 has them with one fault (webkit.org/b/236843), which
 * Babel's plugin works around, and Chrome 94 with another one, of static fields named as a
 * property of functions, which no class here has. Lowered fields would cost 1.4 kB.
 */
export const keepClassFields = (): Plugin => ({
  name: "keep-class-fields",
  augmentChunkHash: () => `babel ${version}`,
  // After the minifier, which would undo it.
  async generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== "chunk") continue;
      const options = { configFile: false, babelrc: false, minified: true, comments: false };
      const result = await transformAsync(chunk.code, { ...options, plugins: [safariFieldScope] });
      chunk.code = result?.code ?? chunk.code;
    }
  },
});

/** Modules of socket.io-client that the pages do without, and what stands in for each. */
const lighterParts: readonly (readonly [RegExp, string])[] = [
  [/engine\.io-client\/build\/esm\/transports\/polling-xhr\.js$/, "export class XHR {}"],
  [/engine\.io-client\/build\/esm\/transports\/webtransport\.js$/, "export class WT {}"],
  [/engine\.io-client\/build\/esm\/contrib\/parseuri\.js$/, 'export * from "address.ts";'],
  [
    /engine\.io-parser\/build\/esm\/encodePacket\.browser\.js$/,
    'export * from "packets.ts"; export const encodePacketToBinary = undefined;',
  ],
  [/engine\.io-parser\/build\/esm\/decodePacket\.browser\.js$/, 'export * from "packets.ts";'],
  [/socket\.io-parser\/build\/esm\/(?:is-)?binary\.js$/, 'export * from "no-bytes.ts";'],
];

/**
 * Sockets are WebSockets alone (without them the SDK polls the api), their messages are texts, and
 * their addresses whole: the code for anything else is left out.
 * @throws where the build has a socket and a release of the library has none of these modules
 */
export function lightSockets(folder: string): Plugin {
  const found = new Set<RegExp>();
  return {
    name: "light-sockets",
    enforce: "pre",
    load(id) {
      const part = lighterParts.find(([module]) => module.test(id));
      if (part === undefined) return null;
      found.add(part[0]);
      return part[1].replace(/from "/, () => `from "${folder}/`);
    },
    generateBundle(_options, bundle) {
      const hasSocket = Object.keys(bundle).some((name) => name.includes("/socket-"));
      const missing = lighterParts.filter(([module]) => hasSocket && !found.has(module));
      if (missing.length > 0) throw new Error(`no module matches ${missing.join(", ")}`);
    },
  };
}

/**
 * `import()` alone loads a chunk: each imports what it needs, and the page's one style sheet holds
 * the rules of all. @throws where a chunk has a style sheet of its own
 */
export const plainImports = (): Plugin => ({
  name: "plain-imports",
  enforce: "pre",
  load: (id) =>
    id.includes("vite/preload-helper") ? "export const __vitePreload = (load) => load();" : null,
  generateBundle(_options, bundle) {
    const sheets = Object.keys(bundle).filter((name) => name.endsWith(".css"));
    if (sheets.length > 1)
      throw new Error(`import these style sheets in the page's main.tsx: ${sheets.join(", ")}`);
  },
});

/**
 * The document holds its style sheet: one file less on the way of a guest, and none that can be
 * lost.
 */
export const inlineStyles = (): Plugin => ({
  name: "inline-styles",
  transformIndexHtml: {
    order: "post",
    handler: (html, { bundle = {} }) =>
      html.replace(/<link rel="stylesheet"[^>]*href="\/([^"]*)">/g, (_all, name: string) => {
        const sheet = bundle[name];
        if (sheet?.type !== "asset") throw new Error(`the build has no style sheet ${name}`);
        delete bundle[name];
        return `<style>${String(sheet.source)}</style>`;
      }),
  },
});

/**
 * A chunk takes what it shares with the page's script from the running page. Imported by its
 * address, a script that was asked for again as `?again=1` would load and run a second time.
 * @throws where a chunk still imports the page's script
 */
export const shareWithChunks = (): Plugin => ({
  name: "share-with-chunks",
  augmentChunkHash: () => "chunks take from globalThis.waiterPage",
  // After `keepClassFields`, which writes all code again.
  generateBundle(_options, bundle) {
    const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
    for (const page of chunks.filter(({ isEntry }) => isEntry)) {
      const name = page.fileName.replace("assets/", "./");
      page.code = page.code.replace(
        /export\s*\{([^}]*)\};?\s*$/,
        (_all, names: string) => `globalThis.waiterPage={${asFields(names, "$2:$1")}};`,
      );
      for (const chunk of chunks.filter((each) => each !== page)) {
        chunk.code = chunk.code.replace(
          /import\s*\{([^}]*)\}\s*from\s*["']([^"']*)["'];?/g,
          (all, names: string, from: string) =>
            from === name ? `const{${asFields(names, "$1:$2")}}=globalThis.waiterPage;` : all,
        );
        if (chunk.code.includes(`"${name}"`))
          throw new Error(`${chunk.fileName} imports the page's script ${name}`);
      }
    }
  },
});

/** `be as a,V as c` as fields of an object. */
const asFields = (names: string, field: string): string =>
  names.replace(/([\w$]+)\s+as\s+([\w$]+)/g, field);
