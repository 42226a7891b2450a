import type { RequestType } from "@waiter/client";
import { minutesText, numberOf } from "../shared/decimal.ts";

/** A request type while a person edits it: texts as they are typed. */
export interface TypeDraft {
  readonly label: string;
  readonly icon: string;
  readonly allowsNote: boolean;
  readonly asksPayment: boolean;
  /** Minutes; empty for never. */
  readonly lateMinutes: string;
  readonly translations: Readonly<Record<string, string>>;
}

export const draftOf = (type: RequestType | undefined): TypeDraft => ({
  label: type?.label ?? "",
  icon: type?.icon ?? "🙋",
  allowsNote: type?.allowsNote ?? true,
  asksPayment: type?.asksPayment ?? false,
  lateMinutes: type?.lateAfterS === undefined ? "" : minutesText(type.lateAfterS),
  translations: type?.translations ?? {},
});

/** The body of a POST or PATCH. */
export function bodyOf({ label, icon, lateMinutes, translations, ...flags }: TypeDraft) {
  const minutes = numberOf(lateMinutes);
  const written = Object.entries(translations).filter(([, text]) => text.trim() !== "");
  return {
    label: label.trim(),
    icon: icon.trim(),
    ...flags,
    lateAfterS: lateMinutes.trim() === "" ? null : Math.max(1, Math.round(minutes * 60)),
    translations: Object.fromEntries(written.map(([code, text]) => [code, text.trim()])),
  };
}
