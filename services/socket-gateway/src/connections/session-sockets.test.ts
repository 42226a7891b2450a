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

test("a session has room below its audience's limit, and again after a socket left", () => {
  const sockets = new SessionSockets({ guest: 1, staff: 2 });
  const [guest, screen, other] = [socket("g", "x"), socket("s"), socket("s")];
  const room = () => [sockets.hasRoom(guest.data), sockets.hasRoom(screen.data)];
  sockets.add(guest);
  sockets.add(screen);
  expect(room()).toEqual([false, true]);
  sockets.add(other);
  expect(room()).toEqual([false, false]);
  sockets.remove(guest);
  sockets.remove(screen);
  expect(room()).toEqual([true, true]);
});
