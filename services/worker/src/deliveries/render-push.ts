import { language as languageSchema, type Language, type PushPayload } from "@waiter/contracts";
import { pushTexts } from "./push-texts.ts";
import type { Facts } from "./read-facts.ts";

/** A person without a language of their own reads the restaurant's. */
export const languageOf = (own: string | null, restaurant: Language): Language =>
  languageSchema.safeParse(own).data ?? restaurant;

/** Unicode isolates: a label in another direction does not reorder the sentence around it. */
const isolated = (text: string): string => `\u2068${text}\u2069`;

/** The title of a message: icon, table and kind of request. */
export function titleOf(facts: Facts, language: Language): string {
  const texts = pushTexts[language];
  const table = /^\d/u.test(facts.table) ? `${texts.table} ${facts.table}` : facts.table;
  const type = facts.translations[language] ?? facts.typeLabel;
  return `${facts.icon} ${isolated(table)} · ${isolated(type)}`.trim();
}

const minuteFormats = new Map<Language, Intl.NumberFormat>();

/** One for each language: making a format for each push took 2 % of the CPU of sending. */
function minuteFormat(language: Language): Intl.NumberFormat {
  const known = minuteFormats.get(language);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat(language, {
    style: "unit",
    unit: "minute",
    unitDisplay: "long",
  });
  minuteFormats.set(language, format);
  return format;
}

/** The sentence below the title. */
export function bodyOf(facts: Facts, language: Language, now = Date.now()): string {
  const texts = pushTexts[language];
  const minutes = Math.floor((now - facts.createdAt.getTime()) / 60_000);
  if (minutes < 1) return texts.calls;
  return texts.waiting(minuteFormat(language).format(minutes));
}

/** What a device receives for a request. */
export const requestPayload = (facts: Facts, language: Language, receipt: string): PushPayload => ({
  kind: "request",
  title: titleOf(facts, language),
  body: bodyOf(facts, language),
  language,
  tag: facts.requestId,
  receipt,
  requestId: facts.requestId,
  table: facts.table,
  actions: ["claim", "open"],
});

/** What became of a request that a device shows. */
type QuietNews =
  | { readonly kind: "over" | "yours" }
  | { readonly kind: "taken"; readonly name: string };

/**
 * What replaces the notification of a request that a person has, or that is over: it offers no
 * claim, so the device shows it silently.
 */
export const quietPayload = (
  facts: Facts,
  language: Language,
  { receipt, news }: { readonly receipt: string; readonly news: QuietNews },
): PushPayload => ({
  ...requestPayload(facts, language, receipt),
  body:
    news.kind === "taken"
      ? pushTexts[language].taken(isolated(news.name))
      : pushTexts[language][news.kind],
  actions: ["open"],
});

/** What a device receives when its test button was pressed. */
export const testPayload = (language: Language, receipt: string): PushPayload => ({
  kind: "test",
  title: pushTexts[language].testTitle,
  body: pushTexts[language].testBody,
  language,
  tag: "test",
  receipt,
  actions: ["open"],
});
