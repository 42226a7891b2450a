import { expect, test } from "@jest/globals";
import type { AnySocket } from "../handshake/session.ts";
import { SessionSockets } from "./session-sockets.ts";

const socket = (sid: string, code?: string): AnySocket => {
  const audience = code === undefined ? "staff" : "guest";
  return { data: { tenantId: "t", sid, code, audience } } as unknown as AnySocket;
};

test("sockets are found by session and by table code, and by no other id", () => {
  const sockets = new SessionSockets({ guest: 8, staff: 8 });
  const [staff, guest, neighbour] = [socket("a"), socket("b", "code"), socket("c", "code")];
  for (const one of [staff, guest, neighbour]) sockets.add(one);
  expect(sockets.of("t", "a")).toEqual([staff]);
  expect(sockets.of("t", "code")).toEqual([guest, neighbour]);
  expect([sockets.of("other", "a"), sockets.of("t", "d")]).toEqual([[], []]);
  sockets.remove(guest);
  expect([sockets.of("t", "b"), sockets.of("t", "code")]).toEqual([[], [neighbour]]);
});

test("beyond the limit a session's oldest socket is replaced", () => {
  const sockets = new SessionSockets({ guest: 2, staff: 3 });
  const [first, second, third] = [socket("g", "x"), socket("g", "x"), socket("g", "x")];
  const replaced = [first, second, third].map((one) => sockets.add(one));
  expect(replaced).toEqual([undefined, undefined, first]);
  const screens = Array.from({ length: 4 }, () => socket("s"));
  const ended = screens.map((one) => sockets.add(one));
  expect(ended).toEqual([undefined, undefined, undefined, screens[0]]);
});
