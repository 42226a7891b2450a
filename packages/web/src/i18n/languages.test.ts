import { expect, test } from "@jest/globals";
import { ar } from "./ar.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { isolate } from "./isolate.ts";
import { it as italian } from "./it.ts";
import { pickLanguage } from "./languages.ts";
import { staffAr } from "./staff/ar.ts";
import { staffDe } from "./staff/de.ts";
import { staffEn } from "./staff/en.ts";
import { staffEs } from "./staff/es.ts";
import { staffFr } from "./staff/fr.ts";
import { staffIt } from "./staff/it.ts";
import { plural, type Forms } from "./messages.ts";
import type { Messages } from "./staff/messages.ts";

const english: Messages = { ...en, ...staffEn };
const arabic: Messages = { ...ar, ...staffAr };
const languages: readonly Messages[] = [
  english,
  { ...de, ...staffDe },
  { ...fr, ...staffFr },
  { ...es, ...staffEs },
  { ...italian, ...staffIt },
  arabic,
];

/** Every text, with sample arguments, as "path: text"; plural forms as they are. */
function textsOf(value: unknown, path = ""): readonly (readonly [string, string | Forms])[] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function")
    return [[path, (value as (...args: string[]) => string)("7", "8")]];
  if (typeof value !== "object" || value === null) return [];
  if ("other" in value && "one" in value) return [[path, value as Forms]];
  return Object.entries(value).flatMap(([key, each]) => textsOf(each, `${path}.${key}`));
}

test.each(languages.map((language) => [language.code, language] as const))(
  "%s has every text, with each value in it",
  (_code, language) => {
    const own = new Map(textsOf(language));
    for (const [path, original] of textsOf(english)) {
      const text = own.get(path);
      expect([path, typeof text]).toEqual([path, typeof original]);
      if (typeof original !== "string" || typeof text !== "string") continue;
      expect([path, text.trim() === ""]).toEqual([path, original.trim() === ""]);
      for (const value of ["7", "8"])
        expect([path, text.includes(value)]).toEqual([path, original.includes(value)]);
    }
  },
);

test.each(languages.map((language) => [language.code, language] as const))(
  "%s has the plural form for every count",
  (code, language) => {
    const rules = new Intl.PluralRules(code);
    for (const [path, forms] of textsOf(language)) {
      if (typeof forms === "string") continue;
      for (let count = 1; count <= 120; count++)
        expect([path, count, Object.keys(forms)]).toEqual([
          path,
          count,
          expect.arrayContaining([rules.select(count)]),
        ]);
    }
  },
);

test("the wanted language is taken without its region, and English where none is known", () => {
  expect(pickLanguage([null, "de-AT", "fr"])).toBe("de");
  expect(pickLanguage(["nl", "it"])).toBe("it");
  expect(pickLanguage(["nl", undefined])).toBe("en");
});

test("counts choose their form", () => {
  expect(plural("en", english.wall.waiting, 0)).toBe("Nothing is waiting");
  expect(plural("en", english.wall.waiting, 1)).toBe("1 waiting");
  expect(plural("ar", arabic.wall.waiting, 2)).toBe("طلبان ينتظران");
});

test("a name of the other direction is isolated in a sentence", () => {
  expect(isolate("Anna", "ltr")).toBe("Anna");
  expect(isolate("Anna", "rtl")).toBe("\u2068Anna\u2069");
  expect(isolate("ليلى", "ltr")).toBe("\u2068ليلى\u2069");
});
