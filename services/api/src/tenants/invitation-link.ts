import { tenantOrigin } from "@waiter/auth";
import type { InvitationAnswer } from "@waiter/contracts";
import QRCode from "qrcode";

/**
 * A one-time link, and the code that shows it. The secret is in the fragment, which no server and
 * no log sees.
 */
export async function invitationLink(
  slug: string,
  domainUrl: string,
  { secret, expiresAt }: { readonly secret: string; readonly expiresAt: Date },
): Promise<InvitationAnswer> {
  const url = `${tenantOrigin(slug, domainUrl)}/join#${secret}`;
  const qrSvg = await QRCode.toString(url, { type: "svg", errorCorrectionLevel: "M", margin: 4 });
  return { url, qrSvg, expiresAt: expiresAt.toISOString() };
}
