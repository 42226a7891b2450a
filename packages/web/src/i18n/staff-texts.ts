import { addTexts } from "./languages.ts";
import type { Messages } from "./staff/messages.ts";
import { staffEn } from "./staff/en.ts";
import { useTexts } from "./use-texts.ts";

addTexts(
  {
    en: () => Promise.resolve(staffEn),
    de: async () => (await import("./staff/de.ts")).staffDe,
    fr: async () => (await import("./staff/fr.ts")).staffFr,
    es: async () => (await import("./staff/es.ts")).staffEs,
    it: async () => (await import("./staff/it.ts")).staffIt,
    ar: async () => (await import("./staff/ar.ts")).staffAr,
  },
  staffEn,
);

/** The texts of a staff page. Importing this module is what loads them. */
export const useStaffTexts = (): Messages => useTexts() as Messages;
