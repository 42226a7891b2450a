/** Says what is being done, and how long it took. */
export async function step<T>(what: string, task: () => Promise<T>): Promise<T> {
  const started = performance.now();
  process.stdout.write(`${what} ... `);
  try {
    const result = await task();
    console.log(`ok (${((performance.now() - started) / 1_000).toFixed(1)} s)`);
    return result;
  } catch (error) {
    console.log("failed");
    throw error;
  }
}
