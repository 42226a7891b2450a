import { once } from "node:events";
import { Worker } from "node:worker_threads";

/**
 * A host on this machine: accepts each push, or never answers. It runs in a thread of its own, so
 * that a client in this process does not share its loop.
 */
export async function startHost(kind: "accepts" | "hangs") {
  const thread = new Worker(new URL("host-thread.ts", import.meta.url), { workerData: { kind } });
  const [port] = (await once(thread, "message")) as [number];
  return {
    origin: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      await thread.terminate();
    },
  };
}
