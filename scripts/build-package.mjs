/**
 * `node build-package.mjs <platform>...`, run in a package's folder: builds what is published, into
 * package/. That is one module per platform (node, browser) for `import` and one for `require`, and
 * the types in one file.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";

const root = process.cwd();
const output = join(root, "package");
const typescript = join(import.meta.dirname, "../node_modules/typescript/bin/tsc");
const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

rmSync(output, { recursive: true, force: true });
execFileSync(process.execPath, [typescript, "-b", root], { stdio: "inherit" });

for (const platform of process.argv.slice(2)) {
  const bundle = await rolldown({
    input: { [platform]: join(root, "src/index.ts") },
    platform,
    external: [...Object.keys(dependencies), /^node:/u],
    resolve: { conditionNames: ["source", platform] },
    transform: { target: "es2022" },
  });
  for (const [format, extension] of [
    ["es", "mjs"],
    ["cjs", "cjs"],
  ])
    await bundle.write({
      dir: output,
      format,
      entryFileNames: `[name].${extension}`,
      sourcemap: false,
    });
  await bundle.close();
}

for (const extension of ["mts", "cts"]) {
  const bundle = await rolldown({
    input: { index: join(root, "dist/index.d.ts") },
    external: Object.keys(dependencies),
    plugins: [dts({ dtsOnly: true, sourcemap: false })],
  });
  await bundle.write({ dir: output, entryFileNames: `[name].d.${extension}` });
  await bundle.close();
}
