import { addTexts } from "./languages.ts";
import { house } from "./manage/house/en.ts";
import type { ManageMessages } from "./manage/messages.ts";
import { people } from "./manage/people/en.ts";
import { place } from "./manage/place/en.ts";
import { useStaffTexts } from "./staff-texts.ts";
import type { Messages } from "./staff/messages.ts";

/** The files of one language, as one. */
async function merged(
  ...files: readonly Promise<Readonly<Record<string, object>>>[]
): Promise<object> {
  const parts = (await Promise.all(files)).flatMap((file) => Object.values(file));
  return Object.assign({}, ...parts) as object;
}

const english = { ...place, ...house, ...people };
addTexts(
  {
    en: () => Promise.resolve(english),
    de: () =>
      merged(
        import("./manage/place/de.ts"),
        import("./manage/house/de.ts"),
        import("./manage/people/de.ts"),
      ),
    fr: () =>
      merged(
        import("./manage/place/fr.ts"),
        import("./manage/house/fr.ts"),
        import("./manage/people/fr.ts"),
      ),
    es: () =>
      merged(
        import("./manage/place/es.ts"),
        import("./manage/house/es.ts"),
        import("./manage/people/es.ts"),
      ),
    it: () =>
      merged(
        import("./manage/place/it.ts"),
        import("./manage/house/it.ts"),
        import("./manage/people/it.ts"),
      ),
    ar: () =>
      merged(
        import("./manage/place/ar.ts"),
        import("./manage/house/ar.ts"),
        import("./manage/people/ar.ts"),
      ),
  },
  english,
);

/** What /manage shows. */
export type OfficeMessages = Messages & ManageMessages;

/** The texts of /manage. Importing this module is what loads them. */
export const useOfficeTexts = (): OfficeMessages => useStaffTexts() as OfficeMessages;
