import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { webRoot } from "@waiter/web";
import doiuse from "doiuse";
import { Linter } from "eslint";
import compat from "eslint-plugin-compat";
import esX from "eslint-plugin-es-x";
import postcss from "postcss";

/** The oldest browsers that the pages support. */
const browsers = ["chrome 94", "firefox 93", "safari 15.4", "ios_saf 15.4"];

/** What the code asks for before it uses it. */
const guarded = /navigator\.(?:locks|vibrate)\(\)|^Notification /;
/** Iterators' methods that have the names of arrays' and of the clients' own. */
const alsoOfArrays = "every,filter,find,flatmap,foreach,map,reduce,some,take".split(",");
const off = alsoOfArrays.map((name) => [`es-x/no-iterator-prototype-${name}`, "off"]);
const { configs } = esX;
const rules = {
  ...configs["flat/no-new-in-es2023"].rules,
  ...configs["flat/no-new-in-es2024"].rules,
  ...configs["flat/no-new-in-es2025"].rules,
  ...configs["flat/no-new-in-es2026"].rules,
  // Later than the other parts of their years.
  "es-x/no-class-static-block": "error",
  "es-x/no-regexp-lookbehind-assertions": "error",
  "compat/compat": "error",
  // The rule above knows these of the constructor, not of its methods.
  "no-restricted-properties": [
    "error",
    { object: "AbortSignal", property: "any" },
    { object: "AbortSignal", property: "timeout" },
    { object: "URL", property: "canParse" },
    { object: "URL", property: "parse" },
    { object: "Array", property: "fromAsync" },
    { object: "Promise", property: "try" },
  ],
  ...Object.fromEntries(off),
};

function faultsOfScript(code: string): string[] {
  const config = {
    plugins: { compat, "es-x": esX },
    settings: { browsers, "es-x": { aggressive: true } },
    languageOptions: { ecmaVersion: "latest", sourceType: "module" },
    rules,
  };
  return new Linter()
    .verify(code, [config])
    .map(({ message }) => message)
    .filter((message) => !guarded.test(message));
}

/** Features that a browser may lack: the page looks plainer there, and works. */
const decoration = [
  "css-overflow",
  "css-resize",
  "css-scrollbar",
  "css-touch-action",
  "css3-cursors-grab",
  "intrinsic-width",
  "multicolumn",
  "text-size-adjust",
  // Only `inset()`, which all have.
  "css-clip-path",
  "css-masks",
  // After the same length in `vh`, see `lengthsWithoutFallback`.
  "viewport-unit-variants",
];

async function faultsOfSheet(css: string): Promise<string[]> {
  const found = new Set<string>();
  const onFeatureUsage = ({ feature }: { readonly feature: string }) => found.add(feature);
  await postcss([doiuse({ browsers, ignore: decoration, onFeatureUsage })]).process(css, {
    from: undefined,
  });
  return [...found, ...lengthsWithoutFallback(css), ...(css.match(unknownToDoiuse) ?? [])];
}
const unknownToDoiuse =
  /color-mix\(|light-dark\(|oklch\(|oklab\(|@scope|@starting-style|anchor\(|:open\b/g;

const lengthsWithoutFallback = (css: string): string[] =>
  [...css.matchAll(/([\w-]+):([^;{}]*\d[dsl]v[hw][^;{}]*)/g)]
    .filter(([declaration, property = "", value = ""]) => {
      const fallback = `${property}:${value.replace(/[dsl](v[hw])/g, "$1")}`;
      return !css.includes(`${fallback};${declaration}`);
    })
    .map(([declaration]) => declaration);

async function filesOf(extension: string): Promise<[name: string, text: string][]> {
  const found: [string, string][] = [];
  for (const folder of ["", "assets"])
    for (const name of await readdir(join(webRoot, folder)))
      if (name.endsWith(extension))
        found.push([name, await readFile(join(webRoot, folder, name), "utf8")]);
  return found;
}

test("the built scripts use what the oldest supported browsers have", async () => {
  const scripts = await filesOf(".js");
  expect(scripts.length).toBeGreaterThan(10);
  for (const [name, code] of scripts) expect([name, faultsOfScript(code)]).toEqual([name, []]);
}, 120_000);

/** The style sheets within a document. */
const stylesOf = (html: string): string =>
  [...html.matchAll(/<style>([^]*?)<\/style>/g)].map(([, css = ""]) => css).join("");

test("the built style sheets use what the oldest supported browsers have", async () => {
  const documents = (await filesOf(".html")).map(([name, html]) => [name, stylesOf(html)] as const);
  const sheets = [...(await filesOf(".css")), ...documents];
  expect(sheets.length).toBeGreaterThan(10);
  expect(stylesOf((await filesOf("guest.html"))[0]?.[1] ?? "")).toContain(".tile");
  for (const [name, css] of sheets) expect([name, await faultsOfSheet(css)]).toEqual([name, []]);
});

test.each([
  "[1].toSorted()",
  "[1].findLast(Boolean)",
  "new Set([1]).union(new Set())",
  "Promise.withResolvers()",
  "Object.groupBy([], String)",
  "structuredClone(1)",
  "AbortSignal.timeout(1)",
  "class A { static { A.b = 1; } }",
  "/(?<=a)b/.test('ab')",
])("newer code is found: %s", (code) => {
  expect(faultsOfScript(code)).not.toEqual([]);
});

test.each([
  "a:has(b) { color: red }",
  "a { &:hover { color: red } }",
  "a { height: 100dvh }",
  "@container (width > 1px) { a { color: red } }",
  "a { color: color-mix(in srgb, red, blue) }",
])("newer style is found: %s", async (css) => {
  expect(await faultsOfSheet(css)).not.toEqual([]);
});
