import { languageCodes, languageNames, type LanguageCode } from "../i18n/languages.ts";
import { useLanguage } from "../i18n/use-texts.ts";
import { Icon } from "./icon.tsx";
import * as icons from "./icons.ts";

/** Chooses the page's language. `offered` limits it to what the restaurant speaks. */
export function LanguageMenu({ offered }: { readonly offered?: readonly string[] | undefined }) {
  const { texts, choose } = useLanguage();
  const codes = languageCodes.filter(
    (code) => offered === undefined || offered.includes(code) || code === texts.code,
  );
  if (codes.length < 2) return null;
  return (
    <label class="language">
      <Icon path={icons.globe} />
      <span class="spoken">{texts.common.language}</span>
      <select
        value={texts.code}
        onChange={(event) => choose(event.currentTarget.value as LanguageCode)}
      >
        {codes.map((code) => (
          <option key={code} value={code} lang={code}>
            {languageNames[code]}
          </option>
        ))}
      </select>
    </label>
  );
}
