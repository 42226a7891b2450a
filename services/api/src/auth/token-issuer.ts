import { ticketOf, type KeyRing, type SignedToken, type Tickets } from "@waiter/auth";
import type { Claims } from "@waiter/contracts";

/** What access tokens are signed with. */
export interface TokenIssuer {
  readonly keys: KeyRing;
  /** Of INTERNAL_TOKEN; without it no ticket is issued. */
  readonly tickets: Tickets;
  /** DOMAIN_URL. */
  readonly issuer: string;
}

/** Fields of an answer with an access token. */
export const accessFields = (
  { keys, tickets }: TokenIssuer,
  { token, expiresAt }: SignedToken,
  audience: Claims["aud"],
) => ({
  accessToken: token,
  expiresAt: expiresAt.toISOString(),
  ticket: ticketOf(token, keys, tickets, audience),
});

/** Whether cookies go over https only. */
export const isSecure = ({ issuer }: TokenIssuer): boolean => issuer.startsWith("https:");
