import { defineConfig } from "vite";

// oxlint-disable-next-line import/no-default-export -- Vite asks for it
export default defineConfig({
  build: {
    outDir: "dist/site",
    target: "es2022",
    // A data: URL would need a hole in the Content-Security-Policy.
    assetsInlineLimit: 0,
    reportCompressedSize: true,
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  resolve: { conditions: ["source", "module", "browser", "development|production"] },
});
