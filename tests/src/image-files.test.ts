import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "../..");

interface Manifest {
  readonly name: string;
  readonly files?: readonly string[];
  readonly exports?: Readonly<Record<string, { readonly default?: string } | string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const manifests = new Map(
  ["packages", "services", "tools"]
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)))
    .flatMap((folder) => {
      try {
        const text = readFileSync(join(root, folder, "package.json"), "utf8");
        return [[folder, JSON.parse(text) as Manifest] as const];
      } catch {
        return [];
      }
    })
    .map(([folder, manifest]) => [manifest.name, { folder, manifest }]),
);

/** A package and all workspace packages that it needs at run time. */
function closureOf(name: string, known = new Set<string>()): Set<string> {
  const found = manifests.get(name);
  if (found === undefined || known.has(name)) return known;
  known.add(name);
  for (const dependency of Object.keys(found.manifest.dependencies ?? {}))
    closureOf(dependency, known);
  return known;
}

/** Packages to whose files the Dockerfile adds `dist`. */
const addedDist =
  /for name in ([\w -]+); do[^;]*npm pkg set 'files\[\]=dist'/
    .exec(readFileSync(join(root, "deploy/docker/Dockerfile"), "utf8"))?.[1]
    ?.split(" ")
    .map((name) => `packages/${name}`) ?? [];

test.each(["api", "socket-gateway", "worker", "smoke"])(
  "the image of %s gets the files that its packages export",
  (service) => {
    const missing = [...closureOf(`@waiter/${service}`)].flatMap((name) => {
      const { folder, manifest } = manifests.get(name) ?? {};
      const entry = manifest?.exports?.["."];
      const file = typeof entry === "string" ? entry : entry?.default;
      if (folder === undefined || file === undefined || manifest?.files === undefined) return [];
      const top = file.replace(/^\.\//, "").split("/")[0] ?? "";
      const isCopied = manifest.files.some((pattern) => pattern.split("/")[0] === top);
      return isCopied || addedDist.includes(folder) ? [] : [`${name}: ${file}`];
    });
    expect(missing).toEqual([]);
  },
);

test("the image of the gateway gets no package that opens Postgres", () => {
  const needed = [...closureOf("@waiter/socket-gateway")].flatMap((name) => [
    name,
    ...Object.keys(manifests.get(name)?.manifest.dependencies ?? {}),
  ]);
  expect(needed).toContain("@waiter/replay-log");
  expect(
    needed.filter((name) => /^(pg|kysely|node-pg-migrate|@waiter\/database)$/.test(name)),
  ).toEqual([]);
});
