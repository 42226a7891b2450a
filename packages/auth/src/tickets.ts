import {
  createHmac,
  createSecretKey,
  hkdfSync,
  timingSafeEqual,
  type KeyObject,
} from "node:crypto";

/** What a ticket vouches for: these bytes of a token, its key, and the audience that it is for. */
export interface Ticketed {
  readonly token: string;
  readonly kid: string;
  readonly audience: string;
}

/** Separates this use of the secret from all others. */
const purpose = "waiter resumption ticket 1";
const version = "1.";
/** Characters of a ticket: the version, and 32 bytes in base64url. */
const length = version.length + 43;

/**
 * Issues and checks resumption tickets: proofs that a process with the same secret has verified the
 * signature of a token. A ticket is an HMAC-SHA256 over audience, kid and the token's exact bytes;
 * each secret gives one key by HKDF. It replaces the signature check and nothing else.
 */
export class Tickets {
  /** Key objects: Node makes a new one at each use of bytes, which costs more than the MAC. */
  readonly #keys: readonly KeyObject[];

  /** @param secrets the first issues; all are accepted. Without one no ticket exists. */
  constructor(secrets: readonly string[]) {
    this.#keys = secrets.map((secret) =>
      createSecretKey(Buffer.from(hkdfSync("sha256", secret, "", purpose, 32))),
    );
  }

  /** The ticket of a token whose signature was verified; undefined without a secret. */
  issue(ticketed: Ticketed): string | undefined {
    const [key] = this.#keys;
    return key && version + macOf(key, ticketed).toString("base64url");
  }

  /** Whether one of the keys issued this ticket for these values. */
  isValid(ticket: string, ticketed: Ticketed): boolean {
    if (ticket.length !== length || !ticket.startsWith(version)) return false;
    const given = Buffer.from(ticket.slice(version.length), "base64url");
    if (given.length !== 32) return false;
    return this.#keys.some((key) => timingSafeEqual(macOf(key, ticketed), given));
  }
}

/** The fields cannot run into each other: none of them contains a line break. */
const macOf = (key: KeyObject, { audience, kid, token }: Ticketed): Buffer =>
  createHmac("sha256", key).update(`${audience}\n${kid}\n${token}`).digest();
