export default async function globalTeardown() {
  await globalThis.waiterTestRun?.stop();
}
