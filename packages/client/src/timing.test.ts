import { expect, test } from "@jest/globals";
import { backoff, defaultTiming } from "./timing.ts";

test.each([0, 0.5, 1])(
  "with every answer timing out, five tries fall into the two minutes in which the api answers the same refresh token again",
  (random) => {
    let at = 0;
    for (let attempt = 0; attempt < 4; attempt++)
      at += defaultTiming.httpMs + backoff(attempt, defaultTiming, () => random);
    expect(at).toBeLessThan(120_000 - defaultTiming.httpMs);
  },
);
