import { afterEach, expect, test } from "@jest/globals";
import { servePush } from "./serve-push.ts";

const set = (name: string, value: unknown) =>
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
const names = ["addEventListener", "registration"];
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
