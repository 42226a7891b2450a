import { addTexts } from "./languages.ts";
import { landingEn } from "./landing/en.ts";
import type { LandingMessages } from "./landing/messages.ts";
import type { GuestMessages } from "./messages.ts";
import { useTexts } from "./use-texts.ts";

addTexts(
  {
    en: () => Promise.resolve(landingEn),
    de: async () => (await import("./landing/de.ts")).landingDe,
    fr: async () => (await import("./landing/fr.ts")).landingFr,
    es: async () => (await import("./landing/es.ts")).landingEs,
    it: async () => (await import("./landing/it.ts")).landingIt,
    ar: async () => (await import("./landing/ar.ts")).landingAr,
  },
  landingEn,
);

/** The texts of the pages outside a restaurant. Importing this module is what loads them. */
export const useLandingTexts = (): GuestMessages & LandingMessages =>
  useTexts() as GuestMessages & LandingMessages;
