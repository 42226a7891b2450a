import { signStaff } from "@waiter/auth";
import type { LoginAnswer } from "@waiter/contracts";
import type { TenantEntry } from "@waiter/database";
import type { Answer } from "../../http/route.ts";
import { refreshCookies } from "../../auth/refresh-cookie.ts";
import { accessFields, isSecure, type TokenIssuer } from "../../auth/token-issuer.ts";
import { formatRefreshToken, type RefreshToken } from "../../auth/refresh-token.ts";
import type { SessionStaff } from "../../auth/sessions.ts";

export interface LoggedIn {
  readonly tenant: TenantEntry;
  readonly staff: SessionStaff;
  readonly token: RefreshToken;
  /** Where the refresh token goes. */
  readonly inBody: boolean;
  /** Life of the refresh cookie, s. */
  readonly lifetimeS: number;
  /** Further `Set-Cookie` values. */
  readonly cookies?: readonly string[];
}

/** A fresh access token, and the refresh token in the body or in a cookie, never in both. */
export function loginAnswer(
  tokens: TokenIssuer,
  { tenant, staff, token, inBody, lifetimeS, cookies = [] }: LoggedIn,
): Answer {
  const { id, name, role, roleId } = staff;
  const access = signStaff(
    {
      tid: tenant.id,
      slug: tenant.slug,
      sid: token.sid,
      sub: id,
      name,
      role,
      rid: roleId,
    },
    tokens.keys,
    { issuer: tokens.issuer },
  );
  const refreshToken = formatRefreshToken(token);
  const body: LoginAnswer = {
    ...accessFields(tokens, access, "staff"),
    staff: { id, name, role },
    ...(inBody ? { refreshToken } : {}),
  };
  const set = inBody
    ? []
    : [...refreshCookies(refreshToken, lifetimeS, { secure: isSecure(tokens) }), ...cookies];
  return { status: 200, body, headers: set.length === 0 ? {} : { "Set-Cookie": set } };
}
