import { describe, expect, test } from "@jest/globals";
import { hashPassword, verifyPassword } from "./passwords.ts";
import { constantTimeEquals } from "./secrets.ts";

describe("passwords", () => {
  test("only the password that was hashed verifies, and two hashes of it differ", async () => {
    const [hash, other] = await Promise.all([
      hashPassword("correct horse"),
      hashPassword("correct horse"),
    ]);
    expect(hash).not.toBe(other);
    expect(await verifyPassword("correct horse", hash)).toBe(true);
    expect(await verifyPassword("correct horsf", hash)).toBe(false);
  });

  test("an unknown person and a damaged hash verify nothing", async () => {
    expect(await verifyPassword("", undefined)).toBe(false);
    expect(await verifyPassword("x", "$scrypt$damaged")).toBe(false);
  });
});

test("secrets compare by content, whatever their lengths", () => {
  expect(constantTimeEquals("secret", "secret")).toBe(true);
  expect(constantTimeEquals("secret", "secre")).toBe(false);
});
