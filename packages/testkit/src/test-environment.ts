/**
 * What the global setup hands to the tests of the run, through the environment because Jest's
 * workers are processes.
 */
export const environmentNames = {
  postgresUrl: "WAITER_TEST_POSTGRES_URL",
  redisUrl: "WAITER_TEST_REDIS_URL",
  template: "WAITER_TEST_TEMPLATE",
  folder: "WAITER_TEST_FOLDER",
  backend: "WAITER_TESTKIT",
} as const;

/** The value that the global setup left, or undefined outside of a run. */
export const testEnvironment = (name: keyof typeof environmentNames): string | undefined =>
  process.env[environmentNames[name]];

/** The same, for what cannot be done without. */
export function requiredTestEnvironment(name: keyof typeof environmentNames): string {
  const value = testEnvironment(name);
  if (value === undefined)
    throw new Error(
      `${environmentNames[name]} is not set: tests/setup/global-setup.mjs starts the shared servers, but not for a run of unit tests only`,
    );
  return value;
}
