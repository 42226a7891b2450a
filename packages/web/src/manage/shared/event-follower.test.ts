import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import type { ManageApi } from "../../shared/manage-api.ts";
import { EventFollower } from "./event-follower.ts";

const shown = new Set<() => void>();

beforeEach(() => {
  jest.useFakeTimers();
  const document = {
    visibilityState: "visible",
    addEventListener: (_name: string, listener: () => void) => shown.add(listener),
    removeEventListener: (_name: string, listener: () => void) => shown.delete(listener),
  };
  Object.assign(globalThis, { document });
});
afterEach(() => {
  jest.useRealTimers();
  shown.clear();
  Reflect.deleteProperty(globalThis, "document");
});

test("an answer that was on its way when the page came back tells its events once", async () => {
  const held: (() => void)[] = [];
  const since: string[] = [];
  const call = async (_method: string, path: string): Promise<unknown> => {
    if (path === "/api/board") return { epoch: "e", seq: 0 };
    since.push(path.split("since=")[1] ?? "");
    const isNew = path.endsWith("since=0");
    await new Promise<void>((resolve) => held.push(resolve));
    return { epoch: "e", head: 1, events: isNew ? [{ seq: 1, type: "staff.joined" }] : [] };
  };
  const follower = new EventFollower({ call } as unknown as ManageApi);
  const told: string[] = [];
  follower.onEvent(({ type }) => told.push(type));
  const end = follower.start(() => undefined);
  await jest.advanceTimersByTimeAsync(2_500);
  expect(since).toEqual(["0"]);
  for (const listener of shown) listener();
  await jest.advanceTimersByTimeAsync(10);
  expect(since).toEqual(["0", "0"]);
  for (const send of held.splice(0).reverse()) send();
  await jest.advanceTimersByTimeAsync(10);
  expect(told).toEqual(["staff.joined"]);
  await jest.advanceTimersByTimeAsync(2_500);
  expect(since).toEqual(["0", "0", "1"]);
  end();
});
