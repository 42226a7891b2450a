import { generateKeyPairSync, sign, verify } from "node:crypto";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { toDerSignature } from "./der-signature.ts";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });

test("a DER signature verifies like the JWS signature it came from", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.nat({ max: 63 }),
      fc.integer({ min: 1, max: 255 }),
      (data, at, flip) => {
        const signature = sign("sha256", data, { key: privateKey, dsaEncoding: "ieee-p1363" });
        expect(verify("sha256", data, publicKey, toDerSignature(signature) as Buffer)).toBe(true);
        signature[at] = (signature[at] ?? 0) ^ flip;
        expect(verify("sha256", data, publicKey, toDerSignature(signature) as Buffer)).toBe(false);
      },
    ),
    { numRuns: 300 },
  );
});

test("small integers keep one byte and large integers stay positive", () => {
  const signature = Buffer.alloc(64);
  signature[31] = 1;
  signature[32] = 0x80;
  expect(toDerSignature(signature)?.toString("hex")).toBe(
    `3026020101022100${"80".padEnd(64, "0")}`,
  );
  expect(toDerSignature(Buffer.alloc(64))?.toString("hex")).toBe("3006020100020100");
});

test.each([0, 63, 65, 70, 72])("%s bytes are no ES256 signature", (length) => {
  expect(toDerSignature(Buffer.alloc(length))).toBeUndefined();
});
