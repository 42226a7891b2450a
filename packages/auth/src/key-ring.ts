import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";

/** A public key of the ring as a JWK (RFC 7517); `kid` is its RFC 7638 thumbprint. */
export interface PublicJwk {
  readonly kty: "EC";
  readonly crv: "P-256";
  readonly x: string;
  readonly y: string;
  readonly kid: string;
  readonly alg: "ES256";
  readonly use: "sig";
}

/**
 * The keys that sign and verify tokens. To rotate: add the new key second, wait, swap, wait, drop
 * the old key. Secrets are derived from the private keys: both must be there until the last step.
 */
export interface KeyRing {
  /** The first private key signs new tokens; absent in a process that only verifies. */
  readonly signing: { readonly kid: string; readonly key: KeyObject } | undefined;
  /** Private keys after the first: the next signing key, or earlier ones. */
  readonly others: readonly KeyObject[];
  /** Every key that may have signed a token, by kid. */
  readonly publicKeys: ReadonlyMap<string, KeyObject>;
  jwks(): { readonly keys: readonly PublicJwk[] };
}

const block = /-----BEGIN ([A-Z ]+)-----[\s\S]+?-----END \1-----/g;
/**
 * Splits one text of several PEM blocks; a literal `\n`, as env files write it, counts as a line
 * break.
 */
const blocks = (pems: string | readonly string[] | undefined): string[] =>
  [pems ?? []]
    .flat()
    .flatMap((text) => [...text.replaceAll("\\n", "\n").matchAll(block)].map((match) => match[0]));

/**
 * Builds a ring from PEM texts (each may hold several blocks). The first private key signs; the
 * public halves of all private keys verify too.
 * @throws {Error} when a text holds no PEM block or a key is not EC on P-256.
 */
export function loadKeys(
  privatePems?: string | readonly string[],
  publicPems?: string | readonly string[],
): KeyRing {
  const privateKeys = parseAll(privatePems, "private", (pem) => createPrivateKey(pem));
  const others = parseAll(publicPems, "public", (pem) => createPublicKey(pem));
  const jwks = [...privateKeys.map((key) => createPublicKey(key)), ...others].map((key) => ({
    key,
    jwk: toJwk(key),
  }));
  const publicKeys = new Map(jwks.map(({ key, jwk }) => [jwk.kid, key]));
  const published = [...new Map(jwks.map(({ jwk }) => [jwk.kid, jwk])).values()];
  const first = privateKeys[0];
  return {
    signing:
      first === undefined ? undefined : { kid: toJwk(createPublicKey(first)).kid, key: first },
    others: privateKeys.slice(1),
    publicKeys,
    jwks: () => ({ keys: published }),
  };
}

function parseAll(
  pems: string | readonly string[] | undefined,
  what: string,
  parse: (pem: string) => KeyObject,
): KeyObject[] {
  const found = blocks(pems);
  if (found.length === 0 && [pems ?? []].flat().some((text) => text.trim() !== ""))
    throw new Error(`no PEM block in the ${what} keys`);
  return found.map((pem, index) => {
    const key = parseOne(pem, `${what} key ${index + 1}`, parse);
    if (key.asymmetricKeyType !== "ec" || key.asymmetricKeyDetails?.namedCurve !== "prime256v1")
      throw new Error(`${what} key ${index + 1} is not EC on P-256 (ES256)`);
    return key;
  });
}

function parseOne(pem: string, name: string, parse: (pem: string) => KeyObject): KeyObject {
  try {
    return parse(pem);
  } catch (cause) {
    throw new Error(`${name} cannot be read as PEM`, { cause });
  }
}

function toJwk(key: KeyObject): PublicJwk {
  const { x = "", y = "" } = key.export({ format: "jwk" }) as { x?: string; y?: string };
  // RFC 7638: the required members in lexicographic order, without white space.
  const kid = createHash("sha256")
    .update(JSON.stringify({ crv: "P-256", kty: "EC", x, y }))
    .digest("base64url");
  return { kty: "EC", crv: "P-256", x, y, kid, alg: "ES256", use: "sig" };
}

/** A new ES256 key pair as PEM texts (PKCS #8 and SPKI). */
export function generateKeys(): { readonly privatePem: string; readonly publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    privatePem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
}
