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

test("a blank variable is not set: the launcher keeps its own folder and stores", () => {
  const blank = { WAITER_HOME: "", PORT: " ", REDIS_URL: "", DATABASE_URL: "", DOMAIN_URL: "" };
  const options = readOptions([], { ...blank, LOG_LEVEL: "warn" }, "/repo");
  expect(options).toMatchObject({ home: "/repo/.waiter", port: 3_000 });
  expect(options.env).toEqual({ LOG_LEVEL: "warn" });
});

test("every wrong setting is named at once", () => {
  expect(() =>
    readOptions([], { PORT: "many", WAITER_GATEWAYS: "0", NODE_ENV: "production" }, "/repo"),
  ).toThrow(/PORT.*\nWAITER_GATEWAYS.*\nNODE_ENV/);
});

test("an unknown option is refused", () => {
  expect(() => readOptions(["--rest"], {}, "/repo")).toThrow(/--rest/);
});
