/**
 * Builds what is published, into package/: the SDK as one module for Node and one for browsers, each for `import` and
 * for `require`, and its types, which depend on nothing but TypeScript.
 */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";

const root = import.meta.dirname;
const output = join(root, "package");
const typescript = join(root, "../../node_modules/typescript/bin/tsc");

rmSync(output, { recursive: true, force: true });
execFileSync(process.execPath, [typescript, "-b", root], { stdio: "inherit" });

for (const platform of ["node", "browser"]) {
  const bundle = await rolldown({
    input: { [platform]: join(root, "src/index.ts") },
    platform,
    external: ["socket.io-client", /^node:/u],
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
    plugins: [dts({ dtsOnly: true, sourcemap: false })],
  });
  await bundle.write({ dir: output, entryFileNames: `[name].d.${extension}` });
  await bundle.close();
}
