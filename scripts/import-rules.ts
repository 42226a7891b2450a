/**
 * What a folder must not import: the rules `no-restricted-imports` of `.oxlintrc.json`. The linter
 * takes one such rule per file, so each folder's rule repeats what holds everywhere.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run-step.ts";

interface Border {
  readonly group: readonly string[];
  /** Types may cross: they are gone at run time. */
  readonly allowTypeImports?: true;
  readonly message: string;
}

const everywhere: readonly Border[] = [
  {
    group: [
      "../../../*",
      "../../packages/*",
      "../../services/*",
      "../../tools/*",
      "**/packages/*/src/**",
      "**/services/*/src/**",
      "**/tools/*/src/**",
    ],
    message: "Reach another package by its name.",
  },
  { group: ["@waiter/*/**"], message: "A package's index is its whole public surface." },
];

const allPrograms = ["api", "socket-gateway", "worker", "local", "bench", "smoke", "tests"];
const programs = (names: readonly string[] = allPrograms): Border => ({
  group: names.map((name) => `@waiter/${name}`),
  message: "Nothing imports a program: programs meet over HTTP, Redis and Postgres.",
});

const database: Border = {
  group: ["pg", "pg-*", "kysely", "@waiter/database", "@waiter/events", "@waiter/requests"],
  message: "The gateway has no database.",
};
const zod: Border = {
  group: ["zod", "zod/*"],
  message:
    "Zod is too large for a page: write a guard and check it against the contracts in a test.",
};
const contractValues: Border = {
  group: ["@waiter/contracts"],
  allowTypeImports: true,
  message: "The contracts bring zod: import types only.",
};
const allButLocalServers: Border = {
  group: ["@waiter/*", "!@waiter/local-servers"],
  message: "The testkit serves all packages, so it uses none of them but the local servers.",
};
const allPackages: Border = {
  group: ["@waiter/*"],
  message: "The local servers serve the testkit and the launcher, so they use no package.",
};

/** Of two rows that match a file the later one holds. */
const folders: readonly { readonly files: readonly string[]; readonly borders: Border[] }[] = [
  { files: ["**/services/socket-gateway/**"], borders: [programs(), database] },
  {
    files: ["**/packages/client/**", "**/packages/web/**"],
    borders: [programs(), zod, contractValues],
  },
  {
    files: ["**/packages/client/**/*.test.ts", "**/packages/web/**/*.test.{ts,tsx}"],
    borders: [programs()],
  },
  { files: ["**/packages/testkit/**"], borders: [programs(), allButLocalServers] },
  { files: ["**/packages/local-servers/**"], borders: [programs(), allPackages] },
  // The tests of the whole system use the swarm, the browser and the smoke test.
  {
    files: ["tests/src/**"],
    borders: [programs(allPrograms.filter((name) => name !== "bench" && name !== "smoke"))],
  },
];

type Rules = Record<string, unknown>;
interface LintConfig {
  readonly rules: Rules;
  readonly overrides: readonly { readonly files: readonly string[]; readonly rules: Rules }[];
}

const name = "no-restricted-imports";
const ruleOf = (borders: readonly Border[]) => ["error", { patterns: [...everywhere, ...borders] }];

/** `.oxlintrc.json` with the rules above; all else in it is written by hand. */
export function importRules(): (readonly [path: string, text: string])[] {
  const path = ".oxlintrc.json";
  const config = JSON.parse(readFileSync(join(root, path), "utf8")) as LintConfig;
  const byHand = config.overrides.filter(({ rules }) => !Array.isArray(rules[name]));
  const generated = folders.map(({ files, borders }) => ({
    files,
    rules: { [name]: ruleOf(borders) },
  }));
  const whole = {
    ...config,
    rules: { ...config.rules, [name]: ruleOf([programs()]) },
    overrides: [...generated, ...byHand],
  };
  return [[path, `${JSON.stringify(whole, null, 2)}\n`]];
}
