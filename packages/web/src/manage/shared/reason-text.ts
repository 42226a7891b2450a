import type { OfficeMessages } from "../../i18n/office-texts.ts";

/** Why something was closed or did not arrive; a reason that people wrote stands as it is. */
export function reasonText(reason: string, { requests }: OfficeMessages): string {
  const known: Readonly<Record<string, string>> = requests.reasons;
  return known[reason] ?? reason;
}
