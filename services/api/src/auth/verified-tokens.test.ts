import { expect, test } from "@jest/globals";
import { generateKeys, loadKeys, signStaff } from "@waiter/auth";
import { VerifiedTokens } from "./verified-tokens.ts";

const keys = loadKeys(generateKeys().privatePem);
const issuer = "https://waiter.example";
const session = { tid: "t", slug: "s", sid: "i", sub: "p", name: "Anna", role: "waiter" } as const;

test("a remembered token is refused once it has expired", () => {
  const tokens = new VerifiedTokens({ keys, issuer, max: 10 });
  const { token } = signStaff(ids(), keys, { issuer });
  expect(tokens.verify(token)).toBe(tokens.verify(token));
  const now = Date.now;
  Date.now = () => now() + 16 * 60_000;
  try {
    expect(() => tokens.verify(token)).toThrow(expect.objectContaining({ code: "token_expired" }));
  } finally {
    Date.now = now;
  }
});

test("another signature on remembered claims is refused", () => {
  const tokens = new VerifiedTokens({ keys, issuer, max: 10 });
  const { token } = signStaff(ids(), keys, { issuer });
  tokens.verify(token);
  const [header, payload] = token.split(".");
  const other = signStaff(ids(), loadKeys(generateKeys().privatePem), { issuer }).token;
  expect(() => tokens.verify(`${header}.${payload}.${other.split(".")[2]}`)).toThrow(
    expect.objectContaining({ code: "unauthorized" }),
  );
});

test("a refused token is not remembered as valid", () => {
  const tokens = new VerifiedTokens({ keys, issuer, max: 10 });
  const { token } = signStaff(ids(), keys, { issuer: "https://other.example" });
  for (let look = 0; look < 2; look += 1)
    expect(() => tokens.verify(token)).toThrow(expect.objectContaining({ code: "unauthorized" }));
});

function ids() {
  const [tid, sid, sub] = Array.from({ length: 3 }, () => crypto.randomUUID());
  return { ...session, tid: tid ?? "", sid: sid ?? "", sub: sub ?? "" };
}
