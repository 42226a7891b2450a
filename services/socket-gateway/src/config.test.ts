import { expect, test } from "@jest/globals";
import { loadGatewayConfig, toSettings } from "./config.ts";
import { defaultSettings } from "./settings.ts";

const settingsOf = (env: Record<string, string> = {}) =>
  toSettings(loadGatewayConfig({ NODE_ENV: "test", REDIS_URL: "redis://localhost", ...env }));

test("an answer of sync leaves half of the write buffer that is set", () => {
  const { writeBufferBytes, syncBytes } = settingsOf({ SLOW_CONSUMER_BYTES: "200000" });
  expect([writeBufferBytes, syncBytes]).toEqual([200_000, 100_000]);
});

test("the environment's defaults are those of the settings", () => {
  const { corsOrigins: _, ...defaults } = defaultSettings;
  expect(settingsOf()).toMatchObject(defaults);
});
