import { expect, test } from "@jest/globals";
import type { AnySocket } from "../handshake/session.ts";
import { sweepSockets } from "./sweep-sockets.ts";

test("a sweep of many sockets serves others between two slices", async () => {
  const sockets = Array.from(
    { length: 40_000 },
    () => ({ connected: true, data: { expiresAt: 0 } }) as AnySocket,
  );
  let [ended, inThisTurn, most] = [0, 0, 0];
  const sweep = sweepSockets({
    sockets: () => sockets,
    limit: { enforce: () => false } as never,
    graceMs: 0,
    end: () => {
      ended += 1;
      if (inThisTurn === 0) setImmediate(() => (inThisTurn = 0));
      most = Math.max(most, (inThisTurn += 1));
    },
  });
  await sweep;
  expect(ended).toBe(40_000);
  expect(most).toBeLessThanOrEqual(2_000);
});
