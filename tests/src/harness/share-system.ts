import { afterAll, beforeAll } from "@jest/globals";
import { openBrowser } from "@waiter/bench";
import { startSystem, type System, type SystemOptions } from "@waiter/testkit";
import type { Browser } from "playwright-core";

/** What tests need of a browser: each page has a context of its own. */
export type Contexts = Pick<Browser, "newContext">;

/** What the tests of a file share. */
export interface SharedSystem {
  readonly system: System;
  readonly browser: Contexts;
}

/**
 * Starts the whole system and a Chromium before the tests of a file and ends both after them. The
 * answer may be taken apart at once; it works from the file's first `beforeAll` behind it on.
 */
export function shareSystem(options: SystemOptions = {}): SharedSystem {
  const system = {} as System;
  let chromium: Browser | undefined;
  beforeAll(async () => {
    const [started, opened] = await Promise.allSettled([startSystem(options), openBrowser()]);
    if (opened.status === "fulfilled") chromium = opened.value;
    // With its getters: what the launcher describes changes when something is started again.
    if (started.status === "fulfilled")
      Object.defineProperties(system, Object.getOwnPropertyDescriptors(started.value));
    for (const outcome of [started, opened])
      if (outcome.status === "rejected") throw outcome.reason;
  }, 180_000);
  afterAll(async () => {
    await chromium?.close();
    await (system as Partial<System>)[Symbol.asyncDispose]?.();
  }, 60_000);
  return {
    system,
    browser: {
      newContext: (...parameters) =>
        chromium === undefined
          ? Promise.reject(new Error("the browser is not open yet"))
          : chromium.newContext(...parameters),
    },
  };
}
