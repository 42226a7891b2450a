import { expect, test } from "@jest/globals";
import { backoff, defaultTiming } from "./timing.ts";

test.each([0, 0.5, 1])(
  "five timed-out refreshes fit into the two minutes of the api's grace period",
  (random) => {
    let at = 0;
    for (let attempt = 0; attempt < 4; attempt++)
      at += defaultTiming.httpMs + backoff(attempt, defaultTiming, () => random);
    expect(at).toBeLessThan(120_000 - defaultTiming.httpMs);
  },
);
