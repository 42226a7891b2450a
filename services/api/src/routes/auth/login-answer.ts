import { signStaff, type KeyRing } from "@waiter/auth";
import type { LoginAnswer, StaffMember } from "@waiter/contracts";
import type { TenantEntry } from "@waiter/database";
import type { Answer } from "../../http/route.ts";
import { refreshCookie } from "../../auth/refresh-cookie.ts";
import { formatRefreshToken, type RefreshToken } from "../../auth/refresh-token.ts";

export interface TokenIssuer {
  readonly keys: KeyRing;
  /** DOMAIN_URL. */
  readonly issuer: string;
}

/** A fresh access token, with the refresh token in the body where that was asked for, else in the cookie. */
export function loginAnswer(
  { keys, issuer }: TokenIssuer,
  {
    tenant,
    staff,
    token,
    inBody,
  }: {
    readonly tenant: TenantEntry;
    readonly staff: StaffMember;
    readonly token: RefreshToken;
    readonly inBody: boolean;
  },
): Answer {
  const access = signStaff(
    {
      tid: tenant.id,
      slug: tenant.slug,
      sid: token.sid,
      sub: staff.id,
      name: staff.name,
      role: staff.role,
    },
    keys,
    { issuer },
  );
  const refreshToken = formatRefreshToken(token);
  const body: LoginAnswer = {
    accessToken: access.token,
    expiresAt: access.expiresAt.toISOString(),
    staff,
    ...(inBody ? { refreshToken } : {}),
  };
  const headers = inBody
    ? {}
    : { "Set-Cookie": refreshCookie(refreshToken, { secure: issuer.startsWith("https:") }) };
  return { status: 200, body, headers };
}
