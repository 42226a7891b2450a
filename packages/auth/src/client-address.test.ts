import { describe, expect, test } from "@jest/globals";
import { addressBlock, normalizeAddress } from "./client-address.ts";
import { TrustedProxies } from "./trusted-proxies.ts";

test.each([
  ["203.0.113.9", "203.0.113.9"],
  [" 203.0.113.9 ", "203.0.113.9"],
  ["203.0.113.9:51234", "203.0.113.9"],
  ["::ffff:203.0.113.9", "203.0.113.9"],
  ["::FFFF:cb00:7109", "203.0.113.9"],
  ["[2001:DB8:0:0::1]:443", "2001:db8::1"],
  ["[2001:db8::1]", "2001:db8::1"],
  ["2001:0db8:0000::0001", "2001:db8::1"],
  ["fe80::1%eth0", "fe80::1"],
  ["[fe80::1%25eth0]:80", "fe80::1"],
  ["::ffff:203.0.113.9:80", undefined],
  ["::ffff:203.0.113.999", undefined],
  ["::ffff:203.0.113.09", undefined],
  ["203.0.113.09", undefined],
  ["203.0.113.9:x", undefined],
  ["203.0.113.999", undefined],
  ["unknown", undefined],
  ["_hidden", undefined],
  ["", undefined],
])("the address %j is normalized to %j", (text, expected) => {
  expect(normalizeAddress(text)).toBe(expected);
});

test("IPv6 addresses of one /56 share a block", () => {
  const blocks = ["2001:db8:1:2200::1", "2001:db8:1:22ff:ffff::9", "2001:db8:1:2300::1", "::1"];
  expect(blocks.map((address) => addressBlock(address))).toEqual([
    "20010db8000122",
    "20010db8000122",
    "20010db8000123",
    "00000000000000",
  ]);
  expect(["1.2.3.4", ""].map((address) => addressBlock(address))).toEqual(["1.2.3.4", ""]);
});

describe("behind proxies", () => {
  const proxies = new TrustedProxies(["10.0.0.0/8", "::1"]);

  test("only a trusted proxy can change the client's address", () => {
    const read = (remoteAddress: string, forwarded: string) =>
      proxies.addressOf({ socket: { remoteAddress }, headers: { "x-forwarded-for": forwarded } });
    expect(read("203.0.113.9", "1.1.1.1")).toBe("203.0.113.9");
    expect(read("::ffff:10.1.2.3", "1.1.1.1")).toBe("1.1.1.1");
    expect(read("10.1.2.3", "6.6.6.6, 198.51.100.7, 10.9.9.9")).toBe("198.51.100.7");
    expect(read("::1", "not an address")).toBe("::1");
    expect(read("10.1.2.3", "198.51.100.7, unknown")).toBe("10.1.2.3");
    expect(read("", "198.51.100.7")).toBe("");
  });

  test("ports and zone ids in X-Forwarded-For do not make a new address", () => {
    const read = (forwarded: string) =>
      proxies.addressOf({
        socket: { remoteAddress: "10.1.2.3" },
        headers: { "x-forwarded-for": forwarded },
      });
    expect(["198.51.100.7:1", "198.51.100.7:2", "::ffff:198.51.100.7"].map(read)).toEqual(
      Array.from({ length: 3 }, () => "198.51.100.7"),
    );
    expect(["fe80::7%eth0", "[fe80::7%eth1]:443"].map(read)).toEqual(["fe80::7", "fe80::7"]);
  });

  test("only a trusted proxy can change the client's host", () => {
    const read = (remoteAddress: string, forwarded?: string) =>
      proxies.hostOf({
        socket: { remoteAddress },
        headers: { host: "gateway.internal", "x-forwarded-host": forwarded },
      });
    expect(read("::ffff:10.1.2.3", "pizza.waiter.test, inner.example")).toBe("pizza.waiter.test");
    expect(read("203.0.113.9", "pizza.waiter.test")).toBe("gateway.internal");
    expect(read("10.1.2.3")).toBe("gateway.internal");
  });
});
