import type { Request } from "express";
import { sessionLifetimeS } from "./sessions.ts";

const name = "waiter_refresh";

/** A cookie that no script can read, no foreign page can send, and only the auth routes receive. */
export function refreshCookie(token: string, { secure }: { readonly secure: boolean }): string {
  return attributes(token, sessionLifetimeS, secure);
}

export const expiredRefreshCookie = ({ secure }: { readonly secure: boolean }): string =>
  attributes("", 0, secure);

const attributes = (value: string, maxAgeS: number, secure: boolean): string =>
  `${name}=${value}; Max-Age=${maxAgeS}; Path=/api/auth; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;

/** The refresh token a browser sent along. */
export function refreshCookieOf(request: Request): string | undefined {
  for (const pair of (request.get("cookie") ?? "").split(";")) {
    const [key, value] = pair.split("=", 2);
    if (key?.trim() === name && value !== undefined && value.trim() !== "") return value.trim();
  }
  return undefined;
}
