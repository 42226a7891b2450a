import { afterEach, expect, test } from "@jest/globals";
import { ClientError, type GuestClient } from "@waiter/client";
import { StaleCalls } from "./stale-calls.ts";

const { localStorage: realStorage } = globalThis;
const set = (value: unknown) =>
  Object.defineProperty(globalThis, "localStorage", { value, configurable: true, writable: true });
afterEach(() => void set(realStorage));

type Dropped = (call: object, error: ClientError) => void;

/** One tab of the table, and how its client gives a request up. */
function openTab() {
  let dropped: Dropped = () => undefined;
  const client = { on: (_name: string, listener: Dropped) => (dropped = listener) };
  const calls = new StaleCalls(client as unknown as GuestClient, "table-1");
  const giveUp = (key: string) =>
    dropped({ key, call: { type: key }, at: Date.now() }, new ClientError("expired", "Old."));
  return { calls, giveUp };
}

test("two tabs of a table keep each other's questions over a reload", () => {
  const items = new Map<string, string>();
  set({
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
    removeItem: (name: string) => void items.delete(name),
  });
  const [one, other] = [openTab(), openTab()];
  for (const key of ["water", "bill"]) one.giveUp(key);
  other.giveUp("waiter");
  expect(one.calls.take("bill")).toEqual({ type: "bill" });
  expect(openTab().calls.all.map(({ key }) => key)).toEqual(["water", "waiter"]);
});
