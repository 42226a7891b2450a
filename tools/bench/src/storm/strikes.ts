import { setTimeout as sleep } from "node:timers/promises";
import { startSentinel, type TestSentinel } from "@waiter/testkit";
import type { LocalSystem } from "../system/local-system.ts";

/** What strikes while the guests are connected. */
export interface Strike {
  readonly title: string;
  /** Redis as the strike needs it; absent: the launcher's own. */
  readonly stores?: () => Promise<TestSentinel>;
  /** Resolves when the strike itself is over. */
  readonly run: (system: LocalSystem, stores: TestSentinel | undefined) => Promise<void>;
  /** Whether every guest of one gateway must connect again. */
  readonly disconnects: boolean;
}

/** As long as a slow snapshot or a switch of virtual machines. */
const pauseMs = 5_000;

export const strikes = {
  killGateway: {
    title: "Guests of a gateway that was killed come back to the other",
    disconnects: true,
    run: (system) => {
      const [gateway] = system.local().pids.gateways;
      if (gateway === undefined) throw new Error("there is no gateway to kill");
      process.kill(gateway, "SIGKILL");
      return Promise.resolve();
    },
  },
  pauseRedis: {
    title: `Redis is paused for ${pauseMs / 1_000} s`,
    disconnects: false,
    run: async (system) => {
      const { redis } = system.local().pids;
      if (redis === null) throw new Error("the bench needs the launcher's own Redis");
      process.kill(redis, "SIGSTOP");
      try {
        await sleep(pauseMs);
      } finally {
        process.kill(redis, "SIGCONT");
      }
    },
  },
  failRedisOver: {
    title: "The master of Redis dies and a sentinel promotes its replica",
    disconnects: false,
    stores: () => startSentinel({ replicas: 1 }),
    run: async (_system, stores) => {
      if (stores === undefined) throw new Error("the strike needs its own Redis");
      const old = await stores.masterPort();
      await stores.master.kill();
      while ((await stores.masterPort()) === old) await sleep(50);
    },
  },
} as const satisfies Record<string, Strike>;
