import { describe, expect, test } from "@jest/globals";
import { AddressRules } from "./address-rules.ts";

const refused = [
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "127.0.0.1",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.8",
  "192.0.2.1",
  "192.168.1.1",
  "198.18.0.1",
  "198.51.100.7",
  "203.0.113.9",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::7f00:1",
  "::ffff:127.0.0.1",
  "::ffff:8.8.8.8",
  "::ffff:0:127.0.0.1",
  "64:ff9b::7f00:1",
  "64:ff9b::808:808",
  "64:ff9b:1::1",
  "100::1",
  "2001::1",
  "2001:db8::1",
  "2002:7f00:1::1",
  "fc00::1",
  "fd12:3456:789a::1",
  "fe80::1",
  "fe80::1%eth0",
  "fec0::1",
  "ff02::1",
  "localhost",
  "",
  "127.1",
];
const allowed = ["1.1.1.1", "8.8.8.8", "172.32.0.1", "2606:4700:4700::1111", "2a00:1450::1"];

describe("address rules", () => {
  const rules = new AddressRules([]);

  test.each(refused)("%j is refused", (address) => {
    expect(rules.allows(address, "https:")).toBe(false);
  });

  test.each(allowed)("%s is allowed for https alone", (address) => {
    expect([rules.allows(address, "https:"), rules.allows(address, "http:")]).toEqual([
      true,
      false,
    ]);
  });

  test("a listed network is allowed for both protocols, its neighbours for none", () => {
    const own = new AddressRules(["10.1.0.0/16", "fd00:1::/32", "192.168.7.7"]);
    for (const address of ["10.1.2.3", "fd00:1::5", "192.168.7.7"])
      expect([own.allows(address, "https:"), own.allows(address, "http:")]).toEqual([true, true]);
    for (const address of ["10.2.0.1", "fd00:2::5", "192.168.7.8", "::ffff:10.1.2.3"])
      expect(own.allows(address, "https:")).toBe(false);
  });
});
