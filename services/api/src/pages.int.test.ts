import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  createRestaurant,
  startTestApi,
  type Restaurant,
  type TestApi,
} from "./start-test-api.test.helper.ts";

let root: string;
let api: TestApi;
let pizza: Restaurant;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "waiter-pages-"));
  await mkdir(join(root, "assets"));
  await Promise.all([
    writeFile(join(root, "index.html"), "<!doctype html><title>Waiter</title>"),
    writeFile(join(root, "icon.svg"), "<svg/>"),
    writeFile(join(root, "assets", "main-abc123.js"), "export {}"),
  ]);
  api = await startTestApi({ env: { WEB_ROOT: root } });
  pizza = await createRestaurant(api);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await rm(root, { recursive: true });
});

describe("pages", () => {
  test.each(["/", "/board", "/login", "/t/some-token"])(
    "%s is the one document, asked for anew each time",
    async (path) => {
      const page = await api.call(pizza.slug, path);
      expect([page.status, page.headers.get("cache-control")]).toEqual([200, "no-cache"]);
      expect(page.text).toContain("<title>Waiter</title>");
      expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
    },
  );

  test("assets with hashed names are kept for good, others are not", async () => {
    const asset = await api.call(pizza.slug, "/assets/main-abc123.js");
    expect([asset.status, asset.headers.get("cache-control")]).toEqual([
      200,
      "public, max-age=31536000, immutable",
    ]);
    expect((await api.call(pizza.slug, "/icon.svg")).headers.get("cache-control")).toBe("no-cache");
  });

  test.each(["/assets/gone.js", "/assets", "/../package.json", "/t"])(
    "%s is not there",
    async (path) => {
      const answer = await api.call(pizza.slug, path);
      expect([answer.status, answer.headers.get("content-type")]).toEqual([
        404,
        expect.stringContaining("problem+json"),
      ]);
    },
  );

  test("of a restaurant that nobody has are not there", async () => {
    expect((await api.call("nobody", "/board")).body["code"]).toBe("tenant_unknown");
  });
});
