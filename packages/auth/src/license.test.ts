import { describe, expect, test } from "@jest/globals";
import { generateKeys } from "./key-ring.ts";
import { signLicense, verifyLicense } from "./license.ts";

const pair = generateKeys();
const inAnHour = new Date(Date.now() + 3_600_000);

describe("licence", () => {
  test("an unexpired licence signed by our key is valid and names its holder", () => {
    expect(
      verifyLicense(signLicense("Pizzeria", inAnHour, pair.privatePem), pair.publicPem),
    ).toMatchObject({ status: "valid", licensee: "Pizzeria" });
  });

  test("a licence past its end is expired, not invalid", () => {
    expect(
      verifyLicense(signLicense("Pizzeria", new Date(0), pair.privatePem), pair.publicPem).status,
    ).toBe("expired");
  });

  test.each([
    ["signed by another key", signLicense("Pizzeria", inAnHour, generateKeys().privatePem)],
    ["that is no token", "nonsense"],
  ])("one %s is invalid", (_name, key) => {
    expect(verifyLicense(key, pair.publicPem).status).toBe("invalid");
    expect(verifyLicense(key).status).toBe("invalid");
  });

  test.each([undefined, "", "  "])("none (%j) is missing", (key) => {
    expect(verifyLicense(key).status).toBe("missing");
  });
});
