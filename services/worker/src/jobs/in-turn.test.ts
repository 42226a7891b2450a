import { expect, test } from "@jest/globals";
import { inTurn } from "./in-turn.ts";

test("work begins when the work before it has ended, also by a failure", async () => {
  const steps: string[] = [];
  const first = Promise.withResolvers<void>();
  const running = [
    inTurn(async () => {
      steps.push("first begins");
      await first.promise;
      steps.push("first ends");
      throw new Error("first");
    }),
    inTurn(async () => {
      steps.push("second");
      return 2;
    }),
  ];
  await new Promise(setImmediate);
  expect(steps).toEqual(["first begins"]);
  first.resolve();
  expect(await Promise.allSettled(running)).toMatchObject([
    { reason: new Error("first") },
    { value: 2 },
  ]);
  expect(steps).toEqual(["first begins", "first ends", "second"]);
});
