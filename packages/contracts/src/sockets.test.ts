import { describe, expect, test } from "@jest/globals";
import { commandMessages, createCommand, idempotencyKey } from "./index.ts";

const id = "11111111-1111-4111-8111-111111111111";
const commands = {
  requestCommand: (commandId: string) => commandMessages.claim.safeParse({ id, commandId }),
  dismissCommand: (commandId: string) =>
    commandMessages.dismiss.safeParse({ id, reason: "no", commandId }),
  createCommand: (commandId: string) => createCommand.safeParse({ type: "waiter", commandId }),
};

describe.each(Object.entries(commands))("a commandId of %s", (_name, parse) => {
  test.each(["c1", id, "!~", "x".repeat(100)])("%j is what an Idempotency-Key may be", (key) => {
    expect([parse(key).success, idempotencyKey.safeParse(key).success]).toEqual([true, true]);
  });

  test.each(["", "a\n", "\n", "a b", "\u0000", "é", "🙋", "x".repeat(101)])(
    "%j, which no header can carry, is refused and named",
    (key) => {
      expect(parse(key).error?.issues.map(({ path }) => path)).toContainEqual(["commandId"]);
      expect(idempotencyKey.safeParse(key).success).toBe(false);
    },
  );
});
