import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const repository = join(import.meta.dirname, "../../..");
const main = join(repository, "services/api/src/main.ts");
const webRoot = join(repository, "packages/web/dist/site");
/** Begins the hash of each asset of the second build. */
const mark = "second";
const hashed = /-([\w-]{8})(\.(?:js|css))$/;
const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

export interface SecondBuild extends Disposable {
  /** A tree for the launcher's `WAITER_API_ROOT`: this api with the other build of the pages. */
  readonly root: string;
  /** Whether an asset's path is one of this build's. */
  readonly has: (path: string) => boolean;
}

/**
 * The pages once more, as another build: every asset has another hashed name, in the documents, in
 * the scripts and on disk.
 */
export function makeSecondBuild(): SecondBuild {
  const root = mkdtempSync(join(tmpdir(), "waiter-second-build-"));
  const site = join(root, "site");
  const names = new Map(
    readdirSync(join(webRoot, "assets"))
      .filter((name) => hashed.test(name))
      .map((name) => [name, name.replace(hashed, `-${mark}$1$2`)]),
  );
  cpSync(webRoot, site, { recursive: true, filter: (path) => !/\.(?:br|gz)$/.test(path) });
  for (const folder of ["", "assets"])
    for (const name of readdirSync(join(site, folder))) {
      const file = join(site, folder, name);
      const kind = extname(name);
      if (kind !== ".js" && kind !== ".css" && kind !== ".html") continue;
      let text = readFileSync(file, "utf8");
      for (const [before, after] of names) text = text.replaceAll(before, after);
      // Service workers keep each build's files apart.
      text = text.replace(/(\bversion:[`"'])([\w-]{8})/g, `$1${mark}$2`);
      rmSync(file);
      const written = join(site, folder, names.get(name) ?? name);
      writeFileSync(written, text);
      writeFileSync(`${written}.br`, brotliCompressSync(text, quick));
      writeFileSync(`${written}.gz`, gzipSync(text));
    }
  const services = join(root, "services/api/src");
  mkdirSync(services, { recursive: true });
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');
  writeFileSync(
    join(services, "main.ts"),
    `process.env["WEB_ROOT"] = ${JSON.stringify(site)};\n` +
      `await import(${JSON.stringify(pathToFileURL(main).href)});\n`,
  );
  return {
    root,
    has: (path) => path.includes(`-${mark}`),
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}
