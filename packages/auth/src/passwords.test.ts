import { describe, expect, test } from "@jest/globals";
import { hashPassword, verifyPassword } from "./passwords.ts";
import { constantTimeEquals } from "./secrets.ts";

describe("passwords", () => {
  test("only the hashed password verifies, and two hashes of it differ", async () => {
    const [hash, other] = await Promise.all([
      hashPassword("correct horse"),
      hashPassword("correct horse"),
    ]);
    expect(hash).not.toBe(other);
    expect(await verifyPassword("correct horse", hash)).toBe(true);
    expect(await verifyPassword("correct horsf", hash)).toBe(false);
  });

  test("a missing hash and a damaged hash verify no password", async () => {
    expect(await verifyPassword("", undefined)).toBe(false);
    expect(await verifyPassword("x", "$scrypt$damaged")).toBe(false);
  });
});

test("secrets of any length compare by content", () => {
  expect(constantTimeEquals("secret", "secret")).toBe(true);
  expect(constantTimeEquals("secret", "secre")).toBe(false);
});
