/** Bundles the SDK with socket.io-client as a browser loads it, and writes the code to stdout. */
import { build } from "vite";

const result = await build({
  configFile: false,
  logLevel: "silent",
  root: import.meta.dirname,
  resolve: { conditions: ["source", "module", "browser"] },
  build: {
    write: false,
    target: "es2022",
    lib: { entry: "src/index.ts", formats: ["es"] },
    // A library build keeps the white space, for the bundler of whoever uses it; here the bytes on the wire count.
    rolldownOptions: { output: { minify: true } },
  },
});
const outputs = [result].flat().flatMap((one) => one.output);
process.stdout.write(outputs.map((output) => (output.type === "chunk" ? output.code : "")).join("\n"));
