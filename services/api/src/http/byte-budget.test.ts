import { expect, test } from "@jest/globals";
import { ByteBudget } from "./byte-budget.ts";

const overloaded = expect.objectContaining({ code: "overloaded" });

test("bytes are held until they are released, of one address and in all", () => {
  const budget = new ByteBudget({ maxBytes: 100, maxBytesPerAddress: 60 });
  const [first, second, third] = ["a", "a", "b"].map((address) => budget.open(address));
  first?.add(50);
  second?.add(10);
  expect(() => second?.add(1)).toThrow(overloaded);
  third?.add(40);
  expect(() => third?.add(1)).toThrow(overloaded);
  first?.release();
  first?.release();
  third?.add(20);
  second?.add(30);
  expect(() => second?.add(1)).toThrow(overloaded);
});

test("what is kept is held, the rest is free, and nothing more is held than was", () => {
  const budget = new ByteBudget({ maxBytes: 100, maxBytesPerAddress: 60 });
  const [first, second] = [budget.open("a"), budget.open("a")];
  first.add(50);
  first.keep(20);
  first.keep(50);
  second.add(40);
  expect(() => second.add(1)).toThrow(overloaded);
  first.release();
  first.keep(20);
  second.add(20);
  expect(() => second.add(1)).toThrow(overloaded);
});
