import type { Request } from "express";
import { cookiesOf, setCookie } from "./cookies.ts";
import { parseRefreshToken, type RefreshToken } from "./refresh-token.ts";

/** Over https. The prefix keeps sibling hosts from planting one (RFC 6265bis, section 4.1.3). */
const hostName = "__Host-waiter_refresh";
/** Over http, and what the release before this one reads. */
const plainName = "waiter_refresh";

export interface RefreshCookieOptions {
  /** Whether DOMAIN_URL is https. */
  readonly secure: boolean;
}

/**
 * `Set-Cookie` values that hold a refresh token. Over https both names get the same token for one
 * release, so that an api of the release before can go on with the session; drop `plainName` there
 * in the release after.
 */
export function refreshCookies(
  token: string,
  maxAgeS: number,
  { secure }: RefreshCookieOptions,
): string[] {
  const plain = setCookie(plainName, token, { maxAgeS, secure, path: "/api/auth" });
  return secure ? [setCookie(hostName, token, { maxAgeS, secure, path: "/" }), plain] : [plain];
}

export const expiredRefreshCookies = (options: RefreshCookieOptions): string[] =>
  refreshCookies("", 0, options);

/**
 * The refresh tokens that a browser sent under either name, each once. Usually one; two where
 * releases differ.
 */
export function refreshTokensOf(
  request: Request,
  { secure }: RefreshCookieOptions,
): RefreshToken[] {
  const names = secure ? [hostName, plainName] : [plainName];
  const values = new Set(names.flatMap((name) => cookiesOf(request, name)));
  return [...values].flatMap((value) => parseRefreshToken(value) ?? []);
}
