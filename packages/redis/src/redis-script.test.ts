import { expect, test } from "@jest/globals";
import { RedisScript, type RedisClient } from "./redis-script.ts";

test("a script is sent by its hash, and in full only to a server that does not have it", async () => {
  const sent: unknown[][] = [];
  let isKnown = false;
  const client = {
    evalsha: async (...args: unknown[]) => {
      sent.push(args);
      if (!isKnown) throw new Error("NOSCRIPT No matching script.");
      return "done";
    },
    eval: async (...args: unknown[]) => {
      sent.push(args);
      isKnown = true;
      return "done";
    },
  } as unknown as RedisClient;
  const script = new RedisScript("return 1");
  for (const expected of [2, 3]) {
    expect(await script.run(client, ["key"], [5])).toBe("done");
    expect(sent).toHaveLength(expected);
  }
  const hash = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";
  expect(sent).toEqual([
    [hash, 1, "key", 5],
    ["return 1", 1, "key", 5],
    [hash, 1, "key", 5],
  ]);
});
