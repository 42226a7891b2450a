import { expect, test } from "@jest/globals";
import { ar } from "./ar.ts";
import { builtInLabels } from "./built-in-labels.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { isolate } from "./isolate.ts";
import { it as italian } from "./it.ts";
import { pickLanguage } from "./languages.ts";
import { landingAr } from "./landing/ar.ts";
import { landingDe } from "./landing/de.ts";
import { landingEn } from "./landing/en.ts";
import { landingEs } from "./landing/es.ts";
import { landingFr } from "./landing/fr.ts";
import { landingIt } from "./landing/it.ts";
import { staffAr } from "./staff/ar.ts";
import { staffDe } from "./staff/de.ts";
import { staffEn } from "./staff/en.ts";
import { staffEs } from "./staff/es.ts";
import { staffFr } from "./staff/fr.ts";
import { staffIt } from "./staff/it.ts";
import { house as houseAr } from "./manage/house/ar.ts";
import { house as houseDe } from "./manage/house/de.ts";
import { house as houseEn } from "./manage/house/en.ts";
import { house as houseEs } from "./manage/house/es.ts";
import { house as houseFr } from "./manage/house/fr.ts";
import { house as houseIt } from "./manage/house/it.ts";
import { people as peopleAr } from "./manage/people/ar.ts";
import { people as peopleDe } from "./manage/people/de.ts";
import { people as peopleEn } from "./manage/people/en.ts";
import { people as peopleEs } from "./manage/people/es.ts";
import { people as peopleFr } from "./manage/people/fr.ts";
import { people as peopleIt } from "./manage/people/it.ts";
import { place as placeAr } from "./manage/place/ar.ts";
import { place as placeDe } from "./manage/place/de.ts";
import { place as placeEn } from "./manage/place/en.ts";
import { place as placeEs } from "./manage/place/es.ts";
import { place as placeFr } from "./manage/place/fr.ts";
import { place as placeIt } from "./manage/place/it.ts";
import { plural, type Forms } from "./messages.ts";
import type { LandingMessages } from "./landing/messages.ts";
import type { OfficeMessages } from "./office-texts.ts";

type AllMessages = OfficeMessages & LandingMessages;
const english: AllMessages = {
  ...en,
  ...landingEn,
  ...staffEn,
  ...placeEn,
  ...houseEn,
  ...peopleEn,
};
const arabic: AllMessages = {
  ...ar,
  ...landingAr,
  ...staffAr,
  ...placeAr,
  ...houseAr,
  ...peopleAr,
};
const languages: readonly AllMessages[] = [
  english,
  { ...de, ...landingDe, ...staffDe, ...placeDe, ...houseDe, ...peopleDe },
  { ...fr, ...landingFr, ...staffFr, ...placeFr, ...houseFr, ...peopleFr },
  { ...es, ...landingEs, ...staffEs, ...placeEs, ...houseEs, ...peopleEs },
  { ...italian, ...landingIt, ...staffIt, ...placeIt, ...houseIt, ...peopleIt },
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

test.each([
  ["es", { ...staffEs, ...placeEs, ...houseEs, ...peopleEs }, ["scanToCall"]],
  ["it", { ...staffIt, ...placeIt, ...houseIt, ...peopleIt }, ["scanToCall"]],
] as const)("%s addresses the staff informally, and guests formally", (_code, all, guests) => {
  const formal =
    /\b(?:usted|[Ii]nténtelo|[Ee]spere|[Pp]ida|[Mm]ire|[Rr]evise|Escanee|Lei|[Rr]iprovi|[Cc]hieda|[Cc]ontrolli|[Aa]ttenda|[Ii]nquadri)\b/u;
  const spoken = textsOf(all).flatMap(([path, text]) =>
    typeof text === "string" && formal.test(text) ? [path.split(".").at(-1)] : [],
  );
  expect(spoken).toEqual(guests);
});

test("what is left of a message names no plural: it counts down to 1", () => {
  const texts = languages.map(({ guest }) => guest.noteLeft(1));
  for (const text of texts)
    expect(text).not.toMatch(/1 (?:characters|caractères|caracteres|caratteri|حرف)/u);
  expect(texts.filter((text) => text.includes("1"))).toHaveLength(languages.length);
});

test("a name of the other direction is isolated in a sentence", () => {
  expect(isolate("Anna", "ltr")).toBe("Anna");
  expect(isolate("Anna", "rtl")).toBe("\u2068Anna\u2069");
  expect(isolate("ليلى", "ltr")).toBe("\u2068ليلى\u2069");
});

test("the labels of a new restaurant's request types are those of English", () => {
  expect(builtInLabels).toEqual(en.guest.types);
});
