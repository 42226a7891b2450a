import { afterEach, expect, test } from "@jest/globals";
import { servePush } from "./serve-push.ts";

const set = (name: string, value: unknown) =>
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
const names = ["addEventListener", "registration", "fetch"];
afterEach(() => {
  for (const name of names) Reflect.deleteProperty(globalThis, name);
});

test("a name in a notification that an open board replaces stands in its own direction", async () => {
  const listeners = new Map<string, (event: object) => void>();
  const bodies: unknown[] = [];
  const push = { title: "5", language: "ar", tag: "r1", receipt: "secret", actions: [] };
  set("addEventListener", (type: string, listener: (event: object) => void) => {
    listeners.set(type, listener);
  });
  set("registration", {
    getNotifications: () => Promise.resolve([{ data: { push } }]),
    showNotification: (_title: string, { body }: { body: string }) =>
      Promise.resolve(void bodies.push(body)),
  });
  servePush();
  let work: Promise<unknown> | undefined;
  listeners.get("message")?.({
    data: { kind: "handled", requestId: "r1", name: "Anna" },
    waitUntil: (promise: Promise<unknown>) => (work = promise),
  });
  await work;
  expect(bodies).toEqual(["\u2068Anna\u2069 في الطريق."]);
});

test.each([
  ["test", ["open"], true],
  ["request", ["claim", "open"], true],
  ["request", ["open"], false],
])("a second %s with the actions %j is heard as the first: %j", async (kind, actions, isHeard) => {
  const listeners = new Map<string, (event: object) => void>();
  const shown: object[] = [];
  set("addEventListener", (type: string, listener: (event: object) => void) => {
    listeners.set(type, listener);
  });
  set("registration", {
    showNotification: (_title: string, options: object) =>
      Promise.resolve(void shown.push(options)),
  });
  set("fetch", () => Promise.resolve(new Response(null, { status: 204 })));
  servePush();
  const push = { kind, title: "5", language: "en", tag: "t", receipt: "secret", actions };
  let work: Promise<unknown> | undefined;
  listeners.get("push")?.({
    data: { json: () => push },
    waitUntil: (promise: Promise<unknown>) => (work = promise),
  });
  await work;
  expect(shown).toEqual([expect.objectContaining({ tag: "t", renotify: isHeard })]);
});
