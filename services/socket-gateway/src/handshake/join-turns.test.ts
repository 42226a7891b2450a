import { expect, test } from "@jest/globals";
import { JoinTurns } from "./join-turns.ts";

function setUp(perTurn: number) {
  const turns: (() => void)[] = [];
  const joins = new JoinTurns(perTurn, (run) => turns.push(run));
  const went: string[] = [];
  const join = async (name: string): Promise<void> => {
    await joins.wait();
    went.push(name);
  };
  /** Ends the turn, with all that follows from it. */
  const endTurn = async (): Promise<void> => {
    for (const run of turns.splice(0)) run();
    await new Promise(setImmediate);
  };
  return { join, went, turns, endTurn };
}

test("of those who come at once two go on in each turn, in their order", async () => {
  const { join, went, endTurn } = setUp(2);
  const joined = ["a", "b", "c", "d", "e"].map(join);
  await new Promise(setImmediate);
  expect(went).toEqual(["a", "b"]);
  await endTurn();
  expect(went).toEqual(["a", "b", "c", "d"]);
  // Later ones do not pass those who wait.
  joined.push(join("f"), join("g"));
  await endTurn();
  expect(went).toEqual(["a", "b", "c", "d", "e", "f"]);
  await endTurn();
  await Promise.all(joined);
  expect(went.at(-1)).toBe("g");
});

test("no turn is asked for when no caller has come in the last one", async () => {
  const { join, turns, endTurn } = setUp(2);
  await Promise.all([join("a"), join("b")]);
  expect(turns).toHaveLength(1);
  await endTurn();
  expect(turns).toHaveLength(0);
  await join("c");
  expect(turns).toHaveLength(1);
});
