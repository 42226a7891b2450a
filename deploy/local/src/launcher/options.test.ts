import { expect, test } from "@jest/globals";
import { readOptions } from "./options.ts";

test("without anything: port 3000, one of each, data beside the sources", () => {
  expect(readOptions([], {}, "/repo")).toMatchObject({
    port: 3_000,
    gateways: 1,
    apis: 1,
    home: "/repo/.waiter",
    reset: false,
    lan: false,
    watch: false,
  });
});

test("every wrong setting is named at once", () => {
  expect(() =>
    readOptions([], { PORT: "many", WAITER_GATEWAYS: "0", NODE_ENV: "production" }, "/repo"),
  ).toThrow(/PORT.*\nWAITER_GATEWAYS.*\nNODE_ENV/);
});

test("an unknown option is refused", () => {
  expect(() => readOptions(["--rest"], {}, "/repo")).toThrow(/--rest/);
});
