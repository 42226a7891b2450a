import { expect, test } from "@jest/globals";
import { originPatterns } from "./origin-patterns.ts";

test("a star matches exactly one label and no other origin", () => {
  const [exact, pattern] = originPatterns(["https://waiter.example", "https://*.waiter.example"]);
  expect(exact).toBe("https://waiter.example");
  for (const [origin, allowed] of [
    ["https://pizza.waiter.example", true],
    ["https://a.b.waiter.example", false],
    ["https://waiter.example", false],
    ["http://pizza.waiter.example", false],
    ["https://pizza.waiter.example.evil.example", false],
    ["https://evil.example/?.waiter.example", false],
    ["https://pizzaXwaiterXexample", false],
  ] as const)
    expect([origin, (pattern as RegExp).test(origin)]).toEqual([origin, allowed]);
  expect(originPatterns(["https://a.example", "*"])).toBe("*");
});
