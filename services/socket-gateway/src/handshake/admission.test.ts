import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "@jest/globals";
import { Admission } from "./admission.ts";
import { takeToken } from "./token-bucket.ts";

const request = (
  remoteAddress: string,
  forwarded?: string,
  headers: IncomingMessage["headers"] = {},
) =>
  ({
    socket: { remoteAddress },
    headers: { "x-forwarded-for": forwarded, ...headers },
  }) as unknown as IncomingMessage;

test("a bucket refills with time and counts what it is overdrawn by", () => {
  const bucket = { allowance: 2, allowedAt: 0 };
  const rate = { burst: 2, perSecond: 1 };
  expect([0, 0, 0, 0].map((now) => takeToken(bucket, rate, now))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(bucket.allowance).toBe(-2);
  expect(takeToken(bucket, rate, 3_000)).toBe(true);
});

describe("admission", () => {
  const base = {
    maxConnections: undefined,
    rate: { burst: 1, perSecond: 1 },
    addressOf: (from: IncomingMessage) => from.socket.remoteAddress ?? "",
    connections: () => 5,
    isDraining: () => false,
    now: () => 0,
  };

  test("an address above its rate is refused, another is not", () => {
    const admission = new Admission(base);
    expect(
      ["1.1.1.1", "1.1.1.1", "2.2.2.2"].map((address) => admission.check(request(address))?.code),
    ).toEqual([undefined, "rate_limited", undefined]);
  });

  test("all IPv6 addresses of one /56 count as one", () => {
    const admission = new Admission(base);
    const codes = [
      "2001:db8:1:2200::1",
      "2001:db8:1:22ff:ffff::9",
      "2001:db8:1:2300::1",
      "2001:db8::1",
    ].map((address) => admission.check(request(address))?.code);
    expect(codes).toEqual([undefined, "rate_limited", undefined, undefined]);
  });

  test("draining and full refuse with a time to retry", () => {
    expect(
      new Admission({ ...base, isDraining: () => true, maxConnections: 5 }).check(
        request("1.1.1.1"),
      ),
    ).toMatchObject({
      code: "draining",
      retryAfterMs: expect.any(Number),
    });
    expect(new Admission({ ...base, maxConnections: 5 }).check(request("1.1.1.1"))).toMatchObject({
      code: "overloaded",
      retryAfterMs: expect.any(Number),
    });
  });
});
