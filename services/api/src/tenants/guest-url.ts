import { tenantOrigin } from "@waiter/auth";

/** What a table's QR code says. Built from DOMAIN_URL, never from a Host header. */
export const guestUrl = (slug: string, tableToken: string, domainUrl: string): string =>
  `${tenantOrigin(slug, domainUrl)}/t/${tableToken}`;
