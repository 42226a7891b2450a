import { setTimeout as sleep } from "node:timers/promises";
import type { StoreProcess } from "./stores.ts";

/** Starts a store again whenever its process ends before `signal` says that everything does. */
export function superviseStore(
  server: StoreProcess,
  { name, signal, onStart }: { name: string; signal: AbortSignal; onStart: () => void },
): void {
  const watch = async (): Promise<void> => {
    for (let failures = 0; ;) {
      await server.exited;
      if (signal.aborted) return;
      console.log(`${name} ended; starting it again`);
      try {
        await sleep(Math.min(500 * 2 ** failures, 10_000), undefined, { signal });
        await server.restart();
        failures = 0;
        onStart();
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        console.error(`${name} could not be started: ${(error as Error).message}`);
      }
    }
  };
  void watch();
}
