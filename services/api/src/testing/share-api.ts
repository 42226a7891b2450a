import { afterAll, beforeAll } from "@jest/globals";
import { startTestApi, type TestApi, type TestApiOptions } from "./start-test-api.ts";

/**
 * Starts an api before the tests of a file and stops it after them. The answer works from the
 * file's first `beforeAll` behind it on.
 */
export function shareApi(options: TestApiOptions = {}): TestApi {
  const shared = {} as TestApi;
  beforeAll(async () => {
    Object.assign(shared, await startTestApi(options));
  });
  afterAll(async () => {
    await (shared as Partial<TestApi>)[Symbol.asyncDispose]?.();
  });
  return shared;
}
