import { expect, test } from "@jest/globals";
import { nameDevice } from "./name-device.ts";

const webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
const apple = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1";

test.each([
  [
    `Mozilla/5.0 (Linux; Android 10; K) ${webkit} Chrome/131.0.0.0 Mobile Safari/537.36`,
    "Chrome · Android",
  ],
  [
    `Mozilla/5.0 (Linux; Android 14; SM-S911B) ${webkit} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36`,
    "Samsung Internet for Android · Android",
  ],
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${apple} Mobile/15E148 Safari/604.1`,
    "Safari · iPhone",
  ],
  [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${apple} Safari/605.1.15`, "Safari · macOS"],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0`,
    "Microsoft Edge · Windows",
  ],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox · Linux"],
  ["", null],
  ["<b>me</b>/1 ", null],
  ["\u202eevil/1 (x)", null],
])("the device of %s is named %s", (agent, name) => {
  expect(nameDevice({ headers: { "user-agent": agent } })).toBe(name);
});

test("a request without a user agent, or with an endless one, has no name", () => {
  expect(nameDevice({ headers: {} })).toBeNull();
  const endless = nameDevice({ headers: { "user-agent": "a/".repeat(50_000) } });
  expect(endless === null || endless.length < 80).toBe(true);
});
