import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "@jest/globals";
import { TrustedProxies } from "@waiter/auth";
import { takeTokens } from "../engine/token-bucket.ts";
import { Admission, type AdmissionOptions } from "./admission.ts";
import { ConnectionShares } from "./connection-shares.ts";

const request = (
  remoteAddress: string,
  headers: IncomingMessage["headers"] = {},
): IncomingMessage =>
  ({
    socket: { remoteAddress },
    headers: { host: "pizza.waiter.test", ...headers },
  }) as unknown as IncomingMessage;

test("a bucket refills with time and counts what it is overdrawn by", () => {
  const bucket = { allowance: 2, allowedAt: 0 };
  const rate = { burst: 2, perSecond: 1 };
  expect([0, 0, 0, 0].map((now) => takeTokens(bucket, rate, 1, now))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(bucket.allowance).toBe(-2);
  expect(takeTokens(bucket, rate, 1, 3_000)).toBe(true);
});

describe("admission", () => {
  const base: AdmissionOptions = {
    domainUrl: "http://waiter.test",
    corsOrigins: ["https://partner.example"],
    proxies: new TrustedProxies([]),
    maxConnections: undefined,
    freeShare: 0.7,
    rate: { burst: 1, perSecond: 1 },
    connections: () => 5,
    unjoined: { countOf: () => 0, evictOldest: () => false },
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
    const full = { ...base, maxConnections: 5 };
    expect(
      new Admission({ ...full, isDraining: () => true }).check(request("1.1.1.1")),
    ).toMatchObject({ code: "draining", retryAfterMs: expect.any(Number) });
    expect(new Admission(full).check(request("1.1.1.1"))).toMatchObject({
      code: "overloaded",
      retryAfterMs: expect.any(Number),
    });
  });

  test.each([
    ["evil.example", 404],
    ["a.b.waiter.test", 404],
    ["", 404],
    [`${"x".repeat(15_000)}.waiter.test`, 404],
    ["pizza.waiter.test", undefined],
    ["PIZZA.waiter.test.:3000", undefined],
    ["waiter.test", undefined],
  ])("host %.40s gets %p before the upgrade", (host, status) => {
    expect(new Admission(base).check(request("1.1.1.1", { host }))?.status).toBe(status);
  });

  test.each([
    [undefined, undefined],
    ["http://pizza.waiter.test", undefined],
    ["https://pizza.waiter.test:8443", undefined],
    ["https://partner.example", undefined],
    ["http://sushi.waiter.test", 403],
    ["http://waiter.test", 403],
    ["https://evil.example", 403],
    ["null", 403],
  ])("origin %p gets %p before the upgrade", (origin, status) => {
    const headers = origin === undefined ? {} : { origin };
    expect(new Admission(base).check(request("1.1.1.1", headers))?.status).toBe(status);
  });

  test("above the free share an address may hold half of the free places unjoined", () => {
    const evicted: unknown[] = [];
    const check = (open: number, unjoined: number) =>
      new Admission({
        ...base,
        maxConnections: 100,
        connections: () => open,
        unjoined: {
          countOf: () => unjoined,
          evictOldest: (...args) => evicted.push(args) > 1,
        },
      }).check(request("1.1.1.1"))?.code;
    expect(check(69, 69)).toBeUndefined();
    expect(check(80, 9)).toBeUndefined();
    expect(check(80, 10)).toBe("overloaded");
    expect(check(80, 10)).toBeUndefined();
    expect(evicted).toEqual([
      [1_000, "1.1.1.1"],
      [1_000, "1.1.1.1"],
    ]);
    expect(check(100, 0)).toBeUndefined();
    expect(evicted.at(-1)).toEqual([3_000]);
  });
});

describe("shares", () => {
  const guest = (tenantId: string, address = "1.1.1.1") =>
    ({ audience: "guest", tenantId, address }) as const;
  const staff = (tenantId: string) =>
    ({ audience: "staff", tenantId, address: "1.1.1.1" }) as const;
  const shares = (open: () => number, tenantRate = { burst: 1e6, perSecond: 0 }) =>
    new ConnectionShares({
      maxConnections: 1_000,
      freeShare: 0.7,
      staffShare: 0.05,
      tenantRate,
      connections: open,
      now: () => 0,
    });

  test("one tenant's guests fill 70 % and leave room for others and for staff", () => {
    let open = 0;
    const gateway = shares(() => open);
    const join = (owner: ReturnType<typeof guest> | ReturnType<typeof staff>) => {
      open += 1;
      const refusal = gateway.check(owner);
      if (refusal === undefined) gateway.add(owner);
      else open -= 1;
      return refusal?.code;
    };
    const codes = Array.from({ length: 1_000 }, () => join(guest("a")));
    expect(codes.filter((code) => code === undefined)).toHaveLength(700);
    expect(codes.at(-1)).toBe("overloaded");
    // From the same address, whose share is used up too.
    expect(join(guest("b"))).toBe("overloaded");
    expect(join(guest("b", "2.2.2.2"))).toBeUndefined();
    expect(join(staff("b"))).toBeUndefined();
    expect(join(staff("a"))).toBeUndefined();
    open = 960;
    expect(join(guest("c", "3.3.3.3"))).toBe("overloaded");
    expect(join(staff("c"))).toBeUndefined();
    gateway.remove(guest("a"));
  });

  test("a tenant's rate admits a restaurant that returns, then refuses with a time", () => {
    const gateway = shares(() => 0, { burst: 400, perSecond: 7 });
    for (let count = 0; count < 400; count += 1) expect(gateway.check(guest("a"))).toBeUndefined();
    expect(gateway.check(guest("a"))).toMatchObject({
      code: "rate_limited",
      retryAfterMs: expect.any(Number),
    });
    expect(gateway.check(staff("a"))).toBeUndefined();
    expect(gateway.check(guest("b"))).toBeUndefined();
  });
});
