/** Writes the generated files; with `--check`, says which are out of date and fails. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { envExample } from "@waiter/config";
import { buildAsyncApi } from "@waiter/contracts";
import { chartReadme } from "./chart-readme.ts";
import { chartSchema } from "./chart-schema.ts";
import { importRules } from "./import-rules.ts";
import { protocolTypes } from "./protocol-types.ts";
import { tsconfigs } from "./tsconfig-references.ts";

const root = join(import.meta.dirname, "..");
const checking = process.argv.includes("--check");

const files = new Map([
  ...tsconfigs(),
  [".env.example", envExample()] as const,
  ...chartReadme(),
  ...chartSchema(),
  ...protocolTypes(),
  ...importRules(),
  ["docs/asyncapi.json", asyncApi()] as const,
]);

const stale = [...files].filter(
  ([path, text]) =>
    !existsSync(join(root, path)) || readFileSync(join(root, path), "utf8") !== text,
);
if (checking) {
  for (const [path] of stale) console.error(`out of date: ${path} (run pnpm generate)`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [path, text] of stale) {
    writeFileSync(join(root, path), text);
    console.log(`wrote ${path}`);
  }
}

/** The socket protocol of this release, for restaurants at demo.example.com. */
function asyncApi(): string {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    version: string;
  };
  return `${JSON.stringify(buildAsyncApi({ version, origin: "https://demo.example.com" }), null, 2)}\n`;
}
