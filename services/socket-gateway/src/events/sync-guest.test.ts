import { expect, test } from "@jest/globals";
import type { ApiClient } from "../api/api-client.ts";
import type { AnySocket, GuestSession } from "../handshake/session.ts";
import { syncGuest } from "./sync-guest.ts";

const socket = {} as AnySocket;
const session = { tenantId: "t", sid: "s" } as GuestSession;

/** An api that reads the state when it is asked and answers when it is let. */
function setUp(subscribed = true) {
  const state = { requests: [] as string[], asked: 0 };
  const answers: (() => void)[] = [];
  const early: object[] = [];
  const call = (): Promise<object> => {
    const requests = [...state.requests];
    state.asked += 1;
    return new Promise((resolve) => answers.push(() => resolve({ requests })));
  };
  const event = syncGuest({
    api: { call } as unknown as ApiClient,
    subscribed: () => Promise.resolve(subscribed),
    onEarly: (_session, answer) => early.push(answer),
    unchanged: () => Promise.resolve(undefined),
    onAnswer: () => undefined,
  });
  const sync = async (): Promise<unknown> =>
    ((await event.handle(session, {}, socket)) as unknown as { requests: unknown }).requests;
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const answerAll = async (): Promise<void> => {
    for (await settle(); answers.length > 0; await settle()) answers.shift()?.();
  };
  return { state, early, sync, settle, answerAll };
}

test("a sync after an acknowledged change shows the change", async () => {
  const { state, sync, answerAll } = setUp();
  const before = sync();
  await answerAll();
  state.requests = ["created"];
  const after = sync();
  await answerAll();
  expect([await before, await after]).toEqual([[], ["created"]]);
});

test("a sync during another one's answer is asked again, once for all", async () => {
  const { state, sync, settle, answerAll } = setUp();
  const first = sync();
  await settle();
  state.requests = ["created"];
  const later = [sync(), sync(), sync()];
  await answerAll();
  expect(await first).toEqual([]);
  expect(await Promise.all(later)).toEqual([["created"], ["created"], ["created"]]);
  expect(state.asked).toBe(2);
});

test("an answer before the subscription is reported", async () => {
  const { sync, answerAll, early } = setUp(false);
  const answer = sync();
  await answerAll();
  await answer;
  expect(early).toHaveLength(1);
});
