import { expect, jest, test } from "@jest/globals";
import { generateVapidKeys } from "@waiter/auth";
import { VapidSigner } from "./vapid-signer.ts";

const hourS = 3_600;

test("a token is used for an hour, and none of before the clock was set", () => {
  const start = Date.now();
  const clock = jest.spyOn(Date, "now");
  const signer = new VapidSigner({ subject: "mailto:ops@example.com", ...generateVapidKeys() });
  /** Seconds until the token expires that a push at this time carries. */
  const leftAt = (seconds: number): number => {
    clock.mockReturnValue(start + seconds * 1_000);
    const header = signer.authorization("https://push.example/device");
    const [, claims = ""] = /t=[^.]+\.([^.]+)/.exec(header) ?? [];
    const { exp } = JSON.parse(Buffer.from(claims, "base64url").toString()) as { exp: number };
    return exp - Math.floor(Date.now() / 1_000);
  };
  try {
    expect(leftAt(0)).toBe(2 * hourS);
    expect(leftAt(hourS - 1)).toBe(hourS + 1);
    expect(leftAt(hourS + 1)).toBe(2 * hourS);
    expect(leftAt(10 * hourS)).toBe(2 * hourS);
    expect(leftAt(-30 * hourS)).toBe(2 * hourS);
  } finally {
    clock.mockRestore();
  }
});
