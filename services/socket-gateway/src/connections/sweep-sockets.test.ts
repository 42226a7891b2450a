import { expect, test } from "@jest/globals";
import type { AnySocket } from "../handshake/session.ts";
import { socketSweep } from "./sweep-sockets.ts";
import { TokenExpiries } from "./token-expiries.ts";

const socketsUntil = (expiresAt: number, length: number) =>
  Array.from({ length }, () => ({ connected: true, conn: {}, data: { expiresAt } }) as AnySocket);

function setUp(sockets: readonly AnySocket[]) {
  const [expiries, enforced, ended] = [new TokenExpiries(), new Map<unknown, number>(), new Set()];
  for (const socket of sockets) expiries.add(socket);
  const turns = { current: 0, most: 0 };
  const sweep = socketSweep({
    expiries,
    sockets: () => sockets.values(),
    count: () => sockets.length,
    limit: {
      enforce: (connection) => {
        enforced.set(connection, (enforced.get(connection) ?? 0) + 1);
        return false;
      },
    },
    graceMs: 1_000,
    end: (socket) => {
      ended.add(socket);
      if (turns.current === 0) setImmediate(() => (turns.current = 0));
      turns.most = Math.max(turns.most, (turns.current += 1));
    },
    now: () => 100_000,
  });
  return { sweep, enforced, ended, turns };
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

test("twelve sweeps enforce the limit on each socket once, each on a twelfth", async () => {
  const { sweep, enforced } = setUp(socketsUntil(900_000, 1_000));
  await sweep();
  expect(enforced.size).toBe(84);
  for (let count = 1; count < 12; count += 1) await sweep();
  expect([...enforced.values()]).toEqual(Array<number>(1_000).fill(1));
  for (let count = 0; count < 12; count += 1) await sweep();
  expect([...enforced.values()]).toEqual(Array<number>(1_000).fill(2));
});
