import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const pages = globSync(
  [
    "*.md",
    "docs/**/*.md",
    "packages/*/README.md",
    "helm/waiter/README.prose.md",
    "helm/waiter/files/alerts.yaml",
  ],
  { cwd: root },
).filter((page) => page !== "docs/moved.md");

/** Texts that a page tells its reader to look for in a log: after `logs`, or in a `grep`. */
const quoted = [
  /\blogs? `([^`{]+)`/g,
  /\bgrep "([^"]+)"/g,
  /\bgrep '"message":"(\w[^"]*)"/g,
  /"loop":"(\w[^"]*)"/g,
];

test("code writes every log line that a page quotes", () => {
  const sources = globSync("{services,packages,deploy,tools}/**/src/**/*.ts", { cwd: root })
    .filter((file) => !file.includes(".test.") && !file.includes("node_modules"))
    .map(read)
    .join("\n");
  const lines = pages.flatMap((page) =>
    quoted.flatMap((pattern) =>
      [...read(page).matchAll(pattern)].map(([, text = ""]) => ({ page, text })),
    ),
  );
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.filter(({ text }) => !/["'`]/.test(text) && !sources.includes(text))).toEqual([]);
});

test("every {@link} of a comment names something that its file declares or imports", () => {
  const sources = globSync("{services,packages,deploy,tools,scripts}/**/*.{ts,tsx}", {
    cwd: root,
  }).filter((file) => !/node_modules|\/dist\/|\.waiter\//.test(file));
  const dangling = sources.flatMap((file) => {
    const source = read(file);
    const code = source.replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, "");
    return [...source.matchAll(/\{@link\s+(?:\*\s+)?(\w+)/g)].flatMap(([, name = ""]) =>
      new RegExp(`\\b${name}\\b`).test(code) ? [] : [`${file}: ${name}`],
    );
  });
  expect(dangling).toEqual([]);
});

test("every relative link of a page leads to a file", () => {
  const links = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)].map(
      ([, target = ""]) => ({ page, target }),
    ),
  );
  expect(
    links.filter(({ page, target }) => !existsSync(join(root, dirname(page), target))),
  ).toEqual([]);
});

test("every link to a heading leads to one", () => {
  // As GitHub makes them: lower case, no punctuation, hyphens for spaces.
  const anchorOf = (heading: string): string =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-");
  const anchorsOf = (path: string): string[] =>
    [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));
  const links = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)#([^)\s]+)\)/g)].map(
      ([, target = "", anchor = ""]) => ({
        page,
        file: target === "" ? page : join(dirname(page), target),
        anchor,
      }),
    ),
  );
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter(({ file, anchor }) => !anchorsOf(file).includes(anchor))).toEqual([]);
});

test("every source file that a page names is there", () => {
  const sources = globSync("{packages,services,tools,deploy,tests,scripts}/**/*.{ts,tsx,mjs,sql}", {
    cwd: root,
  })
    .filter((file) => !/node_modules|\/dist\/|\.waiter\//.test(file))
    // Pages leave `src` out: `requests/commands/run-command.ts`.
    .flatMap((file) => [`/${file}`, `/${file.replace("/src/", "/")}`]);
  const names = pages.flatMap((page) =>
    [...read(page).matchAll(/`([\w./-]+\.(?:tsx?|mjs|sql))`/g)].map(([, name = ""]) => ({
      page,
      name,
    })),
  );
  expect(names.length).toBeGreaterThan(80);
  expect(names.filter(({ name }) => !sources.some((file) => file.endsWith(`/${name}`)))).toEqual(
    [],
  );
});

test("every wait that docs/waits.md names has its test", () => {
  const rows = [...read("docs/waits.md").matchAll(/ (\S+\.test\.ts): (.+?) \|$/gm)];
  expect(rows.length).toBeGreaterThan(30);
  const missing = rows.filter(
    ([, file = "", name = ""]) => !existsSync(join(root, file)) || !read(file).includes(name),
  );
  expect(missing.map(([, file, name]) => `${file}: ${name}`)).toEqual([]);
});

test("packages import no package of a row below theirs in docs/architecture.md", () => {
  const section = read("docs/architecture.md").split("## The packages")[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => /^\| (?!row|---)/.test(line));
  let row = 0;
  const rowOf = new Map<string, number>();
  for (const line of rows) {
    const [, word = "", names = ""] = line.split("|");
    if (word.trim() !== "") row += 1;
    for (const [, name = ""] of names.matchAll(/`([\w-]+)`/g)) rowOf.set(name, row);
  }
  const manifests = globSync("packages/*/package.json", { cwd: root }).map(
    (path) =>
      JSON.parse(read(path)) as {
        readonly name: string;
        readonly dependencies?: Readonly<Record<string, string>>;
      },
  );
  const shortOf = (name: string): string => name.replace("@waiter/", "");
  expect(manifests.map(({ name }) => shortOf(name)).toSorted()).toEqual(
    [...rowOf.keys()].toSorted(),
  );
  const upward = manifests.flatMap(({ name, dependencies = {} }) =>
    Object.keys(dependencies)
      .filter((needed) => (rowOf.get(shortOf(needed)) ?? 0) > (rowOf.get(shortOf(name)) ?? 0))
      .map((needed) => `${name} -> ${needed}`),
  );
  expect(upward).toEqual([]);
});

test("the README keeps its two commands and stays within 95 lines", () => {
  const readme = read("README.md");
  expect(readme).toContain("```sh\nnpx pnpm@12 start\n```");
  expect(readme).toContain("```sh\nnpx pnpm@12 test\n```");
  expect(readme.split("\n").length).toBeLessThanOrEqual(95);
});
