/** Starts the servers that all tests of the run share, unless only unit tests were asked for. */
export default async function globalSetup(globalConfig) {
  if (onlyUnitTests(globalConfig)) return;
  const [{ startRun }, { migrate }] = await Promise.all([
    import("../../packages/testkit/src/index.ts"),
    import("../../packages/database/src/index.ts"),
  ]);
  const run = await startRun(async ({ ownerUrl, appUrl, relayUrl }) => {
    if (migrate === undefined) return;
    await migrate({ migrationUrl: ownerUrl, appUrl, relayUrl, logger: silent });
  });
  globalThis.waiterTestRun = run;
  process.stdout.write(`test servers: ${run.backend}\n`);
}

const silent = { debug() {}, info() {}, warn() {}, error: console.error, child: () => silent };

/**
 * True when every path pattern on the command line names a unit test's file, which needs no server.
 */
function onlyUnitTests({ testPathPatterns }) {
  const patterns = testPathPatterns?.patterns ?? [];
  return (
    patterns.length > 0 &&
    patterns.every(
      (pattern) =>
        /(?<!(?:^|[./])int)\.test\.tsx?$/.test(pattern) && !/(^|\/)tests\//.test(pattern),
    )
  );
}
