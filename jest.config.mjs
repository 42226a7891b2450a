/**
 * Unit tests beside the code, `*.int.test.ts` against real servers, whole-system ones in `tests/`.
 */
export default {
  rootDir: import.meta.dirname,
  testMatch: [
    "<rootDir>/{packages,services,tools,deploy,tests,scripts}/**/*.test.ts",
    "<rootDir>/{packages,services}/**/*.test.tsx",
  ],
  testPathIgnorePatterns: ["/node_modules/", "/dist/", "/.waiter/"],
  modulePathIgnorePatterns: ["/dist/", "/.waiter/"],
  extensionsToTreatAsEsm: [".ts", ".tsx"],
  testEnvironment: "node",
  testEnvironmentOptions: { customExportConditions: ["source", "node", "node-addons"] },
  transform: {
    "^.+\\.tsx?$": [
      "@swc/jest",
      {
        jsc: {
          target: "es2024",
          parser: { syntax: "typescript", tsx: false },
          transform: { react: { runtime: "automatic", importSource: "preact" } },
        },
        module: { type: "es6" },
        sourceMaps: "inline",
      },
    ],
  },
  globalSetup: "<rootDir>/tests/setup/global-setup.mjs",
  globalTeardown: "<rootDir>/tests/setup/global-teardown.mjs",
  reporters: ["default", "<rootDir>/scripts/count-reporter.mjs"],
  testTimeout: 60_000,
  maxWorkers: 2,
};
