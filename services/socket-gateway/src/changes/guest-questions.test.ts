import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import type { Head } from "@waiter/contracts";
import { Changes } from "./changed-tables.ts";
import { GuestQuestions } from "./guest-questions.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const at = (seq: number, epoch = "true"): Head => ({ epoch, seq });

/** An api whose tenant stands at 900, where table `one` changed last with 700. */
function setUp() {
  const asked: Head[] = [];
  const after = (_tenantId: string, since: Head): Promise<Changes> => {
    asked.push(since);
    const tables = since.epoch === "true" ? [{ table: "one", seq: 700 }] : null;
    return Promise.resolve(new Changes({ ...at(900), tables }, since));
  };
  const questions = new GuestQuestions({ after }, () => jest.now());
  const concern = async (table: string, position: Head) =>
    (await questions.after("t", position))?.concern(table, position);
  return { asked, questions, concern };
}

test("the first position is asked for at once, later ones together after the pause", async () => {
  const { asked, concern } = setUp();
  const first = concern("one", at(800));
  await jest.advanceTimersByTimeAsync(0);
  await expect(first).resolves.toBe(false);
  const later = [concern("one", at(850)), concern("one", at(650)), concern("two", at(860))];
  await jest.advanceTimersByTimeAsync(499);
  expect(asked).toEqual([at(800)]);
  await jest.advanceTimersByTimeAsync(1);
  await expect(Promise.all(later)).resolves.toEqual([false, true, false]);
  expect(asked).toEqual([at(800), at(650)]);
});

test("an invented position replaces no true one, and is answered as changed", async () => {
  const { asked, concern } = setUp();
  void concern("one", at(5, "invented"));
  const early = concern("one", at(800));
  await jest.advanceTimersByTimeAsync(0);
  // The head is not known yet: the answer does not reach the true position.
  await expect(early).resolves.toBe(true);
  const lies = [concern("two", at(0)), concern("two", at(899, "invented"))];
  const honest = concern("one", at(800));
  await jest.advanceTimersByTimeAsync(500);
  await expect(Promise.all([...lies, honest])).resolves.toEqual([true, true, false]);
  expect(asked).toEqual([at(5, "invented"), at(800)]);
});

test("a guest that leaves and returns does not shorten the pause", async () => {
  const { asked, questions, concern } = setUp();
  for (let round = 0; round < 5; round += 1) {
    void concern("one", at(800));
    await jest.advanceTimersByTimeAsync(10);
    questions.forget("t");
  }
  expect(asked).toHaveLength(1);
});
