import { expect, test } from "@jest/globals";
import { InputTurns, type WaitingInput } from "./input-turns.ts";

/** A clock in ms, and turns that run when the test says so. */
function setUp(handshakeTurnMs = 10) {
  let clock = 0;
  const scheduled: (() => void)[] = [];
  const turns = new InputTurns({
    handshakeTurnMs,
    now: () => clock,
    nextTurn: (run) => scheduled.push(run),
  });
  const log: string[] = [];
  const input = (name: string, costMs: number, messages = 1): WaitingInput => ({
    run() {
      log.push(name);
      clock += costMs;
      messages -= 1;
      if (messages > 0) turns.waitHandshake(this);
    },
    pause: () => log.push(`pause ${name}`),
  });
  return { turns, log, input, next: () => scheduled.shift()?.() };
}

test("connections without a session share the turn's time, one message each in turn", () => {
  const { turns, log, input, next } = setUp();
  for (const name of ["a", "b", "c"]) turns.waitHandshake(input(name, 4, 3));
  expect(log).toEqual([]);
  next();
  expect(log).toEqual(["a", "b", "c"]);
  next();
  expect(log.slice(3)).toEqual(["a", "b", "c"]);
  expect(turns.waitingHandshakes).toBe(3);
});

test("a connection that cannot be served in the next turn is not read", () => {
  const { turns, log, input, next } = setUp(1_000);
  for (let count = 0; count < 66; count += 1) turns.waitHandshake(input(String(count), 0));
  expect(log).toEqual(["pause 64", "pause 65"]);
  next();
  expect(log).toHaveLength(66);
  next();
  expect(log.slice(-2)).toEqual(["64", "65"]);
});

test("every joined connection gets one message per turn, before the others", () => {
  const { turns, log, input, next } = setUp();
  const joined: WaitingInput = {
    run: () => {
      log.push("joined");
      turns.waitJoined(joined);
    },
    pause: () => undefined,
  };
  turns.waitHandshake(input("handshake", 20, 2));
  turns.waitJoined(joined);
  const turn = turns.turn;
  next();
  next();
  expect(log).toEqual(["joined", "handshake", "joined", "handshake"]);
  expect(turns.turn).toBe(turn + 2);
});
