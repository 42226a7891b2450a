import { describe, expect, test } from "@jest/globals";
import { parseJson } from "./index.ts";

const codeOf = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe("parseJson", () => {
  test.each([
    ["null"],
    ["7"],
    ['"[[{,:\\""'],
    ['{"a":[1,{"b":"\\\\"}],"__proto__":1}'],
    [`${"[".repeat(16)}${"]".repeat(16)}`],
    [JSON.stringify({ note: "[{,:".repeat(10_000) })],
    ['{"a":"\\\\\\"[[{","b":"\\\\"}'],
    [JSON.stringify({ note: '\\"'.repeat(10_000) })],
  ])("returns what JSON.parse returns for %.40s", (text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  test.each([
    ["nested too deep", "[".repeat(17) + "]".repeat(17)],
    ["30,000 levels of objects", '{"a":'.repeat(30_000)],
    ["nested too deep after an escaped backslash", `["\\\\",${"[".repeat(16)}${"]".repeat(17)}`],
    ["too many values", `[${"0,".repeat(20_000)}0]`],
    ["cut off", '{"a":'],
    ["an open string", '"abc'],
    ["nothing", ""],
  ])("refuses text that is %s as malformed", (_name, text) => {
    expect(codeOf(() => parseJson(text))).toBe("malformed_json");
  });

  test("half a pair below __proto__ changes no prototype", () => {
    const value = parseJson('{"__proto__": {"a": "\\ud83d"}}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(JSON.stringify(value)).toBe('{"__proto__":{"a":"\ufffd"}}');
  });

  test.each([
    ['"a\\ud800b"', "a\ufffdb"],
    ['"\\uDE00\\ud83d"', "\ufffd\ufffd"],
    ['["\\ud83d\\ude00", {"a": "\\ud83d"}]', ["\u{1f600}", { a: "\ufffd" }]],
    ['"\\\\ud800"', "\\ud800"],
    ['[[{"a": [null, 1, true, "\\ud83d"]}], "\\u0041"]', [[{ a: [null, 1, true, "\ufffd"] }], "A"]],
  ])("leaves no half of a surrogate pair in %s", (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });
});
