import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { documents } from "@waiter/web";
import {
  createRestaurant,
  startTestApi,
  type Restaurant,
  type TestApi,
} from "../testing/start-test-api.ts";

let root: string;
let api: TestApi;
let pizza: Restaurant;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "waiter-pages-"));
  await mkdir(join(root, "assets"));
  await Promise.all([
    ...documents.map((name) =>
      writeFile(join(root, name), `<!doctype html><title>${name}</title>`),
    ),
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
  test.each([
    ["/", "index.html"],
    ["/board", "staff.html"],
    ["/login", "staff.html"],
    ["/wall", "staff.html"],
    ["/style-guide", "style-guide.html"],
    ["/t/some-token", "guest.html"],
    ["/t/%E0%A4%A", "guest.html"],
  ])("%s answers with %s, which browsers revalidate", async (path, document) => {
    const page = await api.call(pizza.slug, path);
    expect([page.status, page.headers.get("cache-control")]).toEqual([200, "no-cache"]);
    expect(page.text).toContain(`<title>${document}</title>`);
    expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
  });

  test.each([
    ["an unknown path", () => pizza.slug, "/nothing"],
    ["a table's address without its code", () => pizza.slug, "/t/"],
    ["the host of no restaurant", () => "unknown", "/board"],
  ])("a person at %s gets a page, a program a problem document", async (_name, slug, path) => {
    const browser = { headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" } };
    const person = await api.call(slug(), path, browser);
    expect([person.status, person.text.includes("not-found.html")]).toEqual([404, true]);
    const program = await api.call(slug(), path, { headers: { accept: "application/json" } });
    expect([program.status, program.headers.get("content-type")]).toEqual([
      404,
      expect.stringContaining("problem+json"),
    ]);
  });

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

  test("of an unknown restaurant have their icon", async () => {
    const { status, headers } = await api.call("unknown", "/icon.svg");
    expect([status, headers.get("content-type")]).toEqual([200, "image/svg+xml"]);
  });

  test("of an unknown restaurant do not exist", async () => {
    expect((await api.call("unknown", "/board")).body["code"]).toBe("tenant_unknown");
  });
});
