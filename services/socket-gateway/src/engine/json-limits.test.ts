import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { PacketType } from "socket.io-parser";
import { createBoundedParser } from "./bounded-parser.ts";
import { isWithinJsonLimits } from "./json-limits.ts";

const limits = { depth: 3, values: 10 };

describe("JSON limits", () => {
  test.each([
    ['["sync",{"since":0}]', true],
    ["[[[1]]]", true],
    ["[[[[1]]]]", false],
    ['{"a":{"b":{"c":{}}}}', false],
    [`[${"1,".repeat(9)}1]`, true],
    [`[${"1,".repeat(10)}1]`, false],
    ['["[[[[[[{{{{{{,,,,,,,,,,,,,,,,"]', true],
    ['["\\"[[[[[",1]', true],
    ['["\\\\",[[[[1]]]]]', false],
    ['["unfinished [[[[', true],
    ["[".repeat(100_000), false],
  ])("%.40s is within them: %p", (text, expected) => {
    expect(isWithinJsonLimits(text, limits)).toBe(expected);
  });

  test("they count what JSON.parse would build", () => {
    const depthOf = (value: unknown): number =>
      typeof value === "object" && value !== null
        ? 1 + Math.max(0, ...Object.values(value).map(depthOf))
        : 0;
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.integer({ min: 0, max: 8 }), (text, depth) => {
        expect(isWithinJsonLimits(text, { depth, values: 1e9 })).toBe(
          depthOf(JSON.parse(text)) <= depth,
        );
      }),
    );
  });
});

describe("the bounded parser", () => {
  const { Decoder } = createBoundedParser(limits);
  const decode = (text: string): unknown => {
    const decoder = new Decoder();
    let packet: unknown;
    decoder.on("decoded", (decoded) => (packet = decoded));
    decoder.add(text);
    return packet;
  };

  test("packets within the limits are decoded as before", () => {
    expect(decode('2/staff,7["sync",{"since":0}]')).toMatchObject({
      type: PacketType.EVENT,
      nsp: "/staff",
      id: 7,
      data: ["sync", { since: 0 }],
    });
  });

  test.each([
    ['0/guest,{"token":"x","a":[[[1]]]}'],
    // A quote in the namespace must not hide the JSON behind it.
    ['0/gu"est,{"token":"x","a":[[[1]]]}'],
    ['51-/staff,["x",{"_placeholder":true,"num":0}]'],
  ])("%s is refused", (text) => {
    expect(() => decode(text)).toThrow();
  });
});
