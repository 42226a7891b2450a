import base from "./jest.config.mjs";

/**
 * `pnpm test:cluster`: one long story on a real cluster, so no shared servers and no short
 * time-outs.
 */
const { globalSetup: _servers, globalTeardown: _end, ...rest } = base;
export default {
  ...rest,
  testMatch: ["<rootDir>/tests/src/cluster/*.cluster.ts"],
  testTimeout: 900_000,
  maxWorkers: 1,
};
