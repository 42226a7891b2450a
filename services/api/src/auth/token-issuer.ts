import type { KeyRing } from "@waiter/auth";

/** What access tokens are signed with. */
export interface TokenIssuer {
  readonly keys: KeyRing;
  /** DOMAIN_URL. */
  readonly issuer: string;
}

/** Whether cookies go over https only. */
export const isSecure = ({ issuer }: TokenIssuer): boolean => issuer.startsWith("https:");
