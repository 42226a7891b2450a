import { checkTimes, verifyToken, type KeyRing } from "@waiter/auth";
import type { Claims } from "@waiter/contracts";
import { LRUCache } from "lru-cache";

export interface VerifiedTokensOptions {
  readonly keys: KeyRing;
  readonly issuer: string;
  /** Most tokens remembered; 0 remembers none. */
  readonly max: number;
}

/**
 * Verifies access tokens and remembers, by their exact bytes, those whose signature was valid: a
 * session sends the same token for minutes, and a check of ES256 costs 0.1 ms. A remembered token
 * skips the signature and nothing else; its times are checked at each use.
 */
export class VerifiedTokens {
  readonly #options: VerifiedTokensOptions;
  readonly #known: LRUCache<string, Claims> | undefined;

  constructor(options: VerifiedTokensOptions) {
    this.#options = options;
    this.#known = options.max === 0 ? undefined : new LRUCache({ max: options.max });
  }

  /** @throws {AppError} `token_expired` or `unauthorized`, as {@link verifyToken}. */
  verify(token: string): Claims {
    const known = this.#known?.get(token);
    if (known !== undefined) {
      checkTimes(known);
      return known;
    }
    const { keys, issuer } = this.#options;
    const claims = verifyToken(token, keys, { issuer });
    this.#known?.set(token, claims);
    return claims;
  }
}
