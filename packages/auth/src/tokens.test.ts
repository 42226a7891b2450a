import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import jwt from "jsonwebtoken";
import { generateKeys, loadKeys } from "./key-ring.ts";
import { Tickets } from "./tickets.ts";
import {
  signGuest,
  signStaff,
  ticketOf,
  verifyTicketed,
  verifyToken,
  verifyTokenAside,
} from "./tokens.ts";

const pair = generateKeys();
const keys = loadKeys(pair.privatePem);
const issuer = "http://localhost:3000";
const staff = {
  tid: "0199a4a2-0000-7000-8000-000000000001",
  slug: "pizza",
  sid: "0199a4a2-0000-7000-8000-000000000002",
  sub: "0199a4a2-0000-7000-8000-000000000003",
  name: "Ada",
  role: "waiter" as const,
};
const codeOf = (run: () => unknown): string => {
  try {
    run();
    return "accepted";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("access tokens", () => {
  test("a token carries its signed claims and expires after 15 minutes", () => {
    const { token, expiresAt } = signStaff(staff, keys, { issuer });
    const claims = verifyToken(token, keys, { issuer });
    expect(claims).toMatchObject({ ...staff, aud: "staff", iss: issuer });
    expect(claims.exp - claims.iat).toBe(900);
    expect(expiresAt.getTime()).toBe(claims.exp * 1_000);
  });

  test("a process with only public keys verifies and cannot sign", () => {
    const verifier = loadKeys(undefined, pair.publicPem);
    expect(verifyToken(signStaff(staff, keys, { issuer }).token, verifier).sub).toBe(staff.sub);
    expect(() => signStaff(staff, verifier, { issuer })).toThrow("no signing key");
  });

  test("an expired token differs from an invalid one, with 30 s of leeway", () => {
    const at = (agoS: number) =>
      signStaff(staff, keys, { issuer, now: Date.now() - agoS * 1_000 }).token;
    expect(codeOf(() => verifyToken(at(920), keys))).toBe("accepted");
    expect(codeOf(() => verifyToken(at(940), keys))).toBe("token_expired");
  });

  test.each<[string, () => string]>([
    [
      "of another key",
      () => signStaff(staff, loadKeys(generateKeys().privatePem), { issuer }).token,
    ],
    [
      "with an unknown critical extension",
      () =>
        jwt.sign({ ...staff, aud: "staff", iss: issuer }, pair.privatePem, {
          algorithm: "ES256",
          expiresIn: 900,
          header: { alg: "ES256", kid: [...keys.publicKeys.keys()][0] ?? "", crit: ["exp"] },
        }),
    ],
    ["without a signature", () => jwt.sign({ ...staff, aud: "staff" }, "", { algorithm: "none" })],
    [
      "of HS256 keyed with the public key",
      () =>
        jwt.sign({ ...staff, aud: "staff" }, pair.publicPem, {
          algorithm: "HS256",
          keyid: [...keys.publicKeys.keys()][0] ?? "",
        }),
    ],
    ["whose payload was changed", () => tamper(signStaff(staff, keys, { issuer }).token)],
    [
      "without our claims",
      () =>
        jwt.sign({ sub: "x" }, pair.privatePem, {
          algorithm: "ES256",
          keyid: [...keys.publicKeys.keys()][0] ?? "",
        }),
    ],
    ["that is no token", () => "a.b.c"],
    ["that is empty", () => ""],
    ["with a line break behind it", () => `${signStaff(staff, keys, { issuer }).token}\n`],
    [
      "with characters in it that base64url skips",
      () => signStaff(staff, keys, { issuer }).token.replaceAll(".", "=."),
    ],
    ["too long to look at", () => "a".repeat(5_000)],
  ])("a token %s is refused as unauthorized, on the thread pool too", async (_name, make) => {
    expect(codeOf(() => verifyToken(make(), keys))).toBe("unauthorized");
    await expect(verifyTokenAside(make(), keys)).rejects.toMatchObject({ code: "unauthorized" });
  });

  test("verification on the thread pool gives the same claims and expiry", async () => {
    const { token } = signStaff(staff, keys, { issuer });
    expect(await verifyTokenAside(token, keys, { issuer })).toEqual(
      verifyToken(token, keys, { issuer }),
    );
    const old = signStaff(staff, keys, { issuer, now: Date.now() - 3_600_000 }).token;
    await expect(verifyTokenAside(old, keys)).rejects.toMatchObject({ code: "token_expired" });
  });

  test("a token of another issuer is refused", () => {
    expect(
      codeOf(() =>
        verifyToken(signStaff(staff, keys, { issuer: "http://other" }).token, keys, { issuer }),
      ),
    ).toBe("unauthorized");
  });

  test("a guest's token names its table and no role", () => {
    const { token } = signGuest({ ...staff, table: staff.sid }, keys, { issuer });
    expect(verifyToken(token, keys)).toMatchObject({ aud: "guest", table: staff.sid });
  });
});

describe("key ring", () => {
  test("after a rotation old tokens verify and the first key signs", () => {
    const next = generateKeys();
    const rotated = loadKeys([next.privatePem, pair.privatePem].join("\n"));
    expect(codeOf(() => verifyToken(signStaff(staff, keys, { issuer }).token, rotated))).toBe(
      "accepted",
    );
    expect(rotated.signing?.kid).toBe(loadKeys(next.privatePem).signing?.kid);
    expect(rotated.jwks().keys).toHaveLength(2);
  });

  test("kid is the key's RFC 7638 thumbprint, and the JWKS shows no private part", () => {
    const [jwk] = keys.jwks().keys;
    const { crv, kty, x, y } = jwk ?? {};
    expect(jwk?.kid).toBe(
      createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url"),
    );
    expect(jwk).not.toHaveProperty("d");
  });

  test("a key on one line with \\n is read like a multi-line key", () => {
    expect(loadKeys(pair.privatePem.replaceAll("\n", "\\n")).signing?.kid).toBe(keys.signing?.kid);
  });

  test("a key that is not P-256 is refused with a reason", () => {
    expect(() => loadKeys("nonsense")).toThrow("no PEM block");
    expect(() => loadKeys("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")).toThrow(
      "private key 1 cannot be read",
    );
  });
});

function tamper(token: string): string {
  const [header, payload = "", signature] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<
    string,
    unknown
  >;
  return [
    header,
    Buffer.from(JSON.stringify({ ...claims, role: "owner" })).toString("base64url"),
    signature,
  ].join(".");
}

describe("tickets of tokens", () => {
  const tickets = new Tickets(["present", "previous"]);
  const audience = "staff";
  const { token } = signStaff(staff, keys, { issuer });
  const ticket = ticketOf(token, keys, tickets, audience) ?? "";
  const presented = { ticket, tickets, audience, issuer };

  test("a token with its ticket has the claims that the full check reads", () => {
    expect(verifyTicketed(token, keys, presented)).toEqual(verifyToken(token, keys, { issuer }));
    const previous = ticketOf(token, keys, new Tickets(["previous"]), audience) ?? "";
    expect(verifyTicketed(token, keys, { ...presented, ticket: previous })).toBeDefined();
  });

  test("another token, audience or secret means a full check", () => {
    const other = signStaff({ ...staff, sub: staff.sid }, keys, { issuer }).token;
    expect(verifyTicketed(other, keys, presented)).toBeUndefined();
    expect(verifyTicketed(token, keys, { ...presented, audience: "guest" })).toBeUndefined();
    const strange = { ...presented, tickets: new Tickets(["strange"]) };
    expect(verifyTicketed(token, keys, strange)).toBeUndefined();
  });

  test("a ticket is of no use when the token's key was withdrawn, or for another issuer", () => {
    const rotated = loadKeys(generateKeys().privatePem);
    expect(codeOf(() => verifyTicketed(token, rotated, presented))).toBe("unauthorized");
    const elsewhere = { ...presented, issuer: "http://elsewhere.test" };
    expect(codeOf(() => verifyTicketed(token, keys, elsewhere))).toBe("unauthorized");
  });

  test("a ticket does not prolong a token", () => {
    const old = signStaff(staff, keys, { issuer, lifetimeS: -60 }).token;
    const own = { ...presented, ticket: ticketOf(old, keys, tickets, audience) ?? "" };
    expect(codeOf(() => verifyTicketed(old, keys, own))).toBe("token_expired");
  });
});
