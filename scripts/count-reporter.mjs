/**
 * Ends a run with two lines: the files with failures as `failed files: [JSON]`, each with the names
 * of its failed tests, and the count, `N passed, N failed`. A suite that could not run counts as
 * one failure.
 */
export default class CountReporter {
  onRunComplete(_contexts, results) {
    const files = results.testResults
      .filter((file) => file.numFailingTests > 0 || file.testExecError)
      .map((file) => ({
        file: file.testFilePath,
        passed: file.numPassingTests,
        failed: file.numFailingTests + (file.testExecError ? 1 : 0),
        tests: file.testResults
          .filter((test) => test.status === "failed")
          .map((test) => test.fullName),
      }));
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    process.stdout.write(`\nfailed files: ${JSON.stringify(files)}\n`);
    process.stdout.write(`${results.numPassedTests} passed, ${failed} failed\n`);
  }
}
