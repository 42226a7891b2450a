/**
 * Writes each package's tsconfig.json, its references being its workspace dependencies; the root
 * one names them all.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";

const root = join(import.meta.dirname, "..");

interface Manifest {
  readonly name: string;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

/** Extra compiler options of packages that are not plain Node libraries. */
const extras: Record<string, Record<string, unknown>> = {
  // What the oldest supported browsers have: Safari 15.4, Chrome 94, Firefox 93.
  "@waiter/client": { target: "es2022", lib: ["es2022", "dom", "dom.iterable"] },
  "@waiter/web": {
    lib: ["es2024", "dom", "dom.iterable"],
    jsx: "react-jsx",
    jsxImportSource: "preact",
    module: "preserve",
    moduleResolution: "bundler",
    types: ["vite/client", "node"],
  },
  "@waiter/tests": { lib: ["es2024", "esnext.disposable", "dom"] },
};

export function workspaces(): { readonly folder: string; readonly manifest: Manifest }[] {
  const folders = ["packages", "services", "tools"].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => `${parent}/${name}`),
  );
  return [...folders, "deploy/local", "tests"]
    .filter((folder) => existsSync(join(root, folder, "package.json")))
    .map((folder) => ({
      folder,
      manifest: JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest,
    }))
    .toSorted((a, b) => a.folder.localeCompare(b.folder));
}

/** Path -> text of every tsconfig.json that follows from the manifests. */
export function tsconfigs(): Map<string, string> {
  const all = workspaces();
  const byName = new Map(all.map(({ folder, manifest }) => [manifest.name, folder]));
  const files = new Map<string, string>();
  for (const { folder, manifest } of all) {
    const references = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })
      .flatMap((name) => byName.get(name) ?? [])
      .toSorted()
      .map((target) => ({ path: relative(folder, target) }));
    const up = relative(folder, ".");
    files.set(
      `${folder}/tsconfig.json`,
      json({
        extends: `${up}/tsconfig.base.json`,
        compilerOptions: {
          rootDir: "src",
          outDir: manifest.name === "@waiter/web" ? "dist/types" : "dist",
          tsBuildInfoFile: "dist/.tsbuildinfo",
          ...extras[manifest.name],
        },
        include: ["src"],
        references,
      }),
    );
  }
  files.set(
    "tsconfig.json",
    json({
      files: [],
      references: [...all.map(({ folder }) => ({ path: folder })), { path: "scripts" }],
    }),
  );
  return files;
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
