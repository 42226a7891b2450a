import { expect, test } from "@jest/globals";
import type { AnySocket } from "../handshake/session.ts";
import { TokenExpiries } from "./token-expiries.ts";

const socketUntil = (expiresAt: number) => ({ data: { expiresAt } }) as AnySocket;

test("a look names the sockets whose tokens have expired", () => {
  const expiries = new TokenExpiries();
  const sockets = [1_000, 11_999, 12_000, 19_000, 500_000].map(socketUntil);
  for (const socket of sockets) expiries.add(socket);
  expect([...expiries.before(12_000)]).toEqual(sockets.slice(0, 2));
  for (const socket of expiries.before(12_000)) expiries.remove(socket);
  expect([...expiries.before(12_000)]).toEqual([]);
  expect([...expiries.before(600_000)]).toEqual(sockets.slice(2));
});

test("a look reads no socket whose token is valid for long", () => {
  const expiries = new TokenExpiries();
  let reads = 0;
  const data = {
    get expiresAt() {
      reads += 1;
      return 500_000;
    },
  };
  for (let count = 0; count < 1_000; count += 1) expiries.add({ data } as AnySocket);
  reads = 0;
  expect([...expiries.before(12_000)]).toEqual([]);
  expect(reads).toBe(0);
});

test("a renewed token moves its socket", () => {
  const expiries = new TokenExpiries();
  const socket = socketUntil(1_000);
  expiries.add(socket);
  expiries.remove(socket);
  socket.data.expiresAt = 900_000;
  expiries.add(socket);
  expect([...expiries.before(2_000)]).toEqual([]);
  expect([...expiries.before(900_001)]).toEqual([socket]);
});
