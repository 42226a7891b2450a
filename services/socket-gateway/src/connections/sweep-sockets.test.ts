import { expect, test } from "@jest/globals";
import type { AnySocket } from "../handshake/session.ts";
import { socketSweep } from "./sweep-sockets.ts";
import { TokenExpiries } from "./token-expiries.ts";

const socketsUntil = (expiresAt: number, length: number) =>
  Array.from({ length }, () => ({ connected: true, conn: {}, data: { expiresAt } }) as AnySocket);

function setUp(sockets: readonly AnySocket[]) {
  const [expiries, ended] = [new TokenExpiries(), new Set()];
  for (const socket of sockets) expiries.add(socket);
  const turns = { current: 0, most: 0 };
  const sweep = socketSweep({
    expiries,
    graceMs: 1_000,
    end: (socket) => {
      ended.add(socket);
      if (turns.current === 0) setImmediate(() => (turns.current = 0));
      turns.most = Math.max(turns.most, (turns.current += 1));
    },
    now: () => 100_000,
  });
  return { sweep, ended, turns };
}

test("a sweep that ends many sockets serves others between two slices", async () => {
  const { sweep, ended, turns } = setUp(socketsUntil(0, 40_000));
  await sweep();
  expect(ended.size).toBe(40_000);
  expect(turns.most).toBeLessThanOrEqual(500);
});

test("a socket ends when its token's grace is over, whatever the others have", async () => {
  const [expired] = socketsUntil(98_999, 1);
  const { sweep, ended } = setUp([...socketsUntil(99_500, 100), ...(expired ? [expired] : [])]);
  await sweep();
  expect([...ended]).toEqual([expired]);
});
