import { afterEach, expect, test } from "@jest/globals";
import type { StaffClient } from "@waiter/client";
import { h, render, type ContainerNode } from "preact";
import { useSeen } from "./use-seen.ts";

const nothing = () => undefined;
afterEach(() => void Reflect.deleteProperty(globalThis, "document"));

test("a board reports the same number of a new epoch", async () => {
  const document = {
    visibilityState: "visible",
    addEventListener: nothing,
    removeEventListener: nothing,
  };
  Object.defineProperty(globalThis, "document", { value: document, configurable: true });
  const first = Promise.withResolvers<unknown>();
  const second = Promise.withResolvers<unknown>();
  const reports = [first, second];
  const client = {
    position: { epoch: "1", seq: 7 },
    state: "live",
    markSeen: () => reports.shift()?.resolve(client.position),
  };
  const Board = () => {
    useSeen(client as unknown as StaffClient, true);
    return null;
  };
  const root = { nodeType: 1, childNodes: [], firstChild: null } as unknown as ContainerNode;
  render(h(Board, {}), root);
  expect(await first.promise).toEqual({ epoch: "1", seq: 7 });
  client.position = { epoch: "2", seq: 7 };
  render(h(Board, {}), root);
  expect(await second.promise).toEqual({ epoch: "2", seq: 7 });
}, 5_000);
