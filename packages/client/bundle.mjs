/** Bundles what a page that imports the named exports loads, socket.io-client included, and writes the code to stdout. */
import { build } from "vite";

const names = process.argv.slice(2).join(", ");
const entry = "virtual:page";
const result = await build({
  configFile: false,
  logLevel: "silent",
  root: import.meta.dirname,
  resolve: { conditions: ["source", "module", "browser"] },
  plugins: [
    {
      name: "page",
      resolveId: (id) => (id === entry ? id : undefined),
      load: (id) =>
        id === entry
          ? `import { ${names} } from "${import.meta.dirname}/src/index.ts"; globalThis.waiter = { ${names} };`
          : undefined,
    },
  ],
  build: {
    write: false,
    target: "es2022",
    modulePreload: false,
    rolldownOptions: { input: entry },
  },
});
const outputs = [result].flat().flatMap((one) => one.output);
process.stdout.write(
  outputs.map((output) => (output.type === "chunk" ? output.code : "")).join("\n"),
);
