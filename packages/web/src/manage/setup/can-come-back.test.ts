import { expect, test } from "@jest/globals";
import { canComeBack } from "./can-come-back.ts";

const email = "olga@example.com";

test.each([
  ["a second device", { hasPassword: false }, 2, true],
  ["an address with a password", { hasPassword: true, email }, 1, true],
  ["a password without an address", { hasPassword: true }, 1, false],
  ["an address without a password", { hasPassword: false, email }, 1, false],
] as const)(
  "whether an owner who loses this device can sign in: with %s",
  (_name, me, devices, isWayBack) => {
    expect(canComeBack(me, devices)).toBe(isWayBack);
  },
);
