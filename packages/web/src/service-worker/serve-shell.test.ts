import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { serveShell } from "./serve-shell.ts";

const origin = "https://demo.example.com";
const never = () => new Promise<never>(() => {});
const { fetch: realFetch } = globalThis;
const set = (name: string, value: unknown) =>
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });

let answerFetch: (event: object) => void;
const kept = new Map<string, Response>();
const cache = {
  match: (path: string) => Promise.resolve(kept.get(path)?.clone()),
  put: (path: string, answer: Response) => Promise.resolve(void kept.set(path, answer)),
};
let caches: { open: () => Promise<object> };

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "setImmediate"] });
  kept.clear();
  caches = { open: () => Promise.resolve(cache) };
  set("caches", { open: () => caches.open() });
  set("location", new URL(origin));
  set("addEventListener", (type: string, listener: (event: object) => void) => {
    if (type === "fetch") answerFetch = listener;
  });
  serveShell({
    name: "shell",
    version: "1",
    document: "/page.html",
    assets: ["/assets/page-1.js"],
    languages: {},
    isPage: (path) => path === "/t/1",
    fallback: {
      version: "1",
      document: "/offline.html",
      assets: ["/assets/offline-1.js"],
      languages: {},
    },
  });
});
afterEach(() => {
  jest.useRealTimers();
  globalThis.fetch = realFetch;
  for (const name of ["caches", "location", "addEventListener"])
    Reflect.deleteProperty(globalThis, name);
});

/** The worker's answer after `ms`, as text; undefined when it has none yet. */
async function answerOf(path: string, mode: string, ms: number): Promise<string | undefined> {
  let text: string | undefined;
  answerFetch({
    request: { url: origin + path, method: "GET", mode },
    respondWith: (answer: Promise<Response>) => {
      void answer.then(async (response) => (text = await response.text()));
    },
    waitUntil: () => undefined,
  });
  await jest.advanceTimersByTimeAsync(ms);
  // Reading a body takes a few turns.
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  return text;
}

describe("a network that says nothing", () => {
  test("leaves the kept document after 4 s", async () => {
    kept.set("/page.html", new Response("kept"));
    globalThis.fetch = never;
    expect(await answerOf("/t/1", "navigate", 3_900)).toBeUndefined();
    expect(await answerOf("/t/1", "navigate", 4_100)).toBe("kept");
  });

  test("is waited for where no document is kept", async () => {
    globalThis.fetch = () =>
      new Promise((resolve) => setTimeout(() => resolve(new Response("late")), 9_000));
    expect(await answerOf("/t/1", "navigate", 10_000)).toBe("late");
  });
});

describe("a page that the worker does not keep", () => {
  const answer = (status: number) => () => Promise.resolve(new Response("network", { status }));
  test.each([
    ["without network", () => Promise.reject(new TypeError("no network")), "offline"],
    ["whose server is away behind its proxy", answer(502), "offline"],
    ["that is not there", answer(404), "network"],
    ["that the server fails to make", answer(500), "network"],
  ])("%s", async (_name, network, shown) => {
    kept.set("/offline.html", new Response("offline"));
    globalThis.fetch = network;
    expect(await answerOf("/manage", "navigate", 100)).toBe(shown);
  });

  test("waits for a slow network", async () => {
    kept.set("/offline.html", new Response("offline"));
    globalThis.fetch = never;
    expect(await answerOf("/manage", "navigate", 60_000)).toBeUndefined();
  });
});

describe("a browser storage", () => {
  const file = "/assets/page-1.js";
  beforeEach(() => {
    globalThis.fetch = () => Promise.resolve(new Response("code"));
  });

  test.each([
    ["that says nothing", { open: never }],
    ["that never keeps a file", { open: () => Promise.resolve({ ...cache, put: never }) }],
    ["that is broken", { open: () => Promise.reject(new Error("broken")) }],
    [
      "that is full",
      { open: () => Promise.resolve({ ...cache, put: () => Promise.reject(new Error("full")) }) },
    ],
  ])("%s costs no file", async (_name, broken) => {
    caches = broken;
    expect(await answerOf(file, "no-cors", 2_100)).toBe("code");
  });

  test("that works keeps the file", async () => {
    expect(await answerOf(file, "no-cors", 100)).toBe("code");
    globalThis.fetch = never;
    expect(await answerOf(file, "no-cors", 100)).toBe("code");
  });
});
