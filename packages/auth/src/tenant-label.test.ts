import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { isTenantSlug, reservedLabels, tenantLabel, tenantOrigin } from "./tenant-label.ts";

const domainUrl = "https://waiter.example:8443";

describe("tenant label", () => {
  test.each([
    ["pizza.waiter.example", { kind: "tenant", slug: "pizza" }],
    ["PIZZA.Waiter.Example:3000", { kind: "tenant", slug: "pizza" }],
    ["waiter.example", { kind: "apex" }],
    ["waiter.example:80", { kind: "apex" }],
    ["a.pizza.waiter.example", { kind: "unknown" }],
    ["pizza.waiter.example.", { kind: "tenant", slug: "pizza" }],
    ["Pizza.waiter.example.:8443", { kind: "tenant", slug: "pizza" }],
    ["waiter.example.", { kind: "apex" }],
    ["pizza.waiter.example..", { kind: "unknown" }],
    ["pizzawaiter.example", { kind: "unknown" }],
    ["waiter.example.evil.test", { kind: "unknown" }],
    ["xn--pizza.waiter.example", { kind: "unknown" }],
    ["www.waiter.example", { kind: "unknown" }],
    ["1pizza.waiter.example", { kind: "unknown" }],
    ["pizza-.waiter.example", { kind: "unknown" }],
    [".waiter.example", { kind: "unknown" }],
    ["pizza.waiter.example:x", { kind: "unknown" }],
    ["127.0.0.1", { kind: "unknown" }],
    ["", { kind: "unknown" }],
    [undefined, { kind: "unknown" }],
  ])("%s is %j", (host, expected) => {
    expect(tenantLabel(host, domainUrl)).toEqual(expected);
  });

  test("an IP address has no tenant labels", () => {
    expect(tenantLabel("a.127.0.0.1", "http://127.0.0.1:3000")).toEqual({ kind: "unknown" });
    expect(tenantLabel("127.0.0.1:3000", "http://127.0.0.1:3000")).toEqual({ kind: "apex" });
  });

  test("any host names at most one valid label under the domain", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.domain(),
          fc.string().map((text) => `${text}.waiter.example`),
        ),
        (host) => {
          const label = tenantLabel(host, domainUrl);
          if (label.kind !== "tenant") return;
          expect(isTenantSlug(label.slug)).toBe(true);
          expect(host.toLowerCase().split(":")[0]?.replace(/\.$/, "")).toBe(
            `${label.slug}.waiter.example`,
          );
        },
      ),
    );
  });

  test("the origin of a valid slug resolves to that tenant", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/).filter(isTenantSlug),
        (slug) => {
          expect(tenantLabel(new URL(tenantOrigin(slug, domainUrl)).host, domainUrl)).toEqual({
            kind: "tenant",
            slug,
          });
        },
      ),
    );
  });

  test("no reserved label is a tenant", () => {
    for (const label of reservedLabels) expect(isTenantSlug(label)).toBe(false);
  });
});
