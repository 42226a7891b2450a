import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/**
 * OWASP's scrypt parameters with 16 MiB per hash: a burst of logins must fit a small pod's memory.
 */
const cost = { ln: 14, r: 8, p: 5 };
const keyLength = 32;

/**
 * `$scrypt$ln=14,r=8,p=5$salt$hash`: names its cost, so that a higher cost leaves old hashes valid.
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password.normalize("NFKC"), salt, keyLength, options(cost));
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${salt.toString("base64url")}$${hash.toString("base64url")}`;
}

/**
 * Whether the password matches the hash. Without a hash (unknown person) it takes as long and
 * answers false.
 */
export async function verifyPassword(
  password: string,
  stored: string | null | undefined,
): Promise<boolean> {
  const parts = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/.exec(
    stored ?? unknownPerson,
  );
  if (parts === null) return false;
  const [, ln = "", r = "", p = "", salt = "", hash = ""] = parts;
  const expected = Buffer.from(hash, "base64url");
  const actual = await derive(
    password.normalize("NFKC"),
    Buffer.from(salt, "base64url"),
    expected.length,
    options({ ln: Number(ln), r: Number(r), p: Number(p) }),
  );
  return timingSafeEqual(actual, expected) && typeof stored === "string";
}

const unknownPerson = `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${Buffer.alloc(16).toString("base64url")}$${Buffer.alloc(keyLength).toString("base64url")}`;

function options({ ln, r, p }: typeof cost): ScryptOptions {
  const N = 2 ** ln;
  return { N, r, p, maxmem: 256 * N * r };
}
