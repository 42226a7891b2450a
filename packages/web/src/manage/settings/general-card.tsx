import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { languageCodes, languageNames } from "../../i18n/languages.ts";
import { CheckField, SelectField, TextField } from "../shared/field.tsx";
import { SettingsCard } from "./settings-card.tsx";
import type { CardProps } from "./card-props.ts";
import { useSettingsForm } from "./use-settings-form.ts";

/** Every time zone that the browser knows; older ones know none, and the field stays free. */
const timeZones = (): readonly string[] => {
  const { supportedValuesOf } = Intl as { supportedValuesOf?: (key: "timeZone") => string[] };
  return supportedValuesOf?.("timeZone") ?? [];
};

/** Name, time zone, and the languages that guests are offered. */
export function GeneralCard({ settings, refresh }: CardProps) {
  const { house } = useOfficeTexts();
  const form = useSettingsForm({
    settings,
    refresh,
    toDraft: ({ name, timeZone, languages }) => ({ name, timeZone, languages }),
    toPatch: (draft) => draft,
  });
  const { draft, set, problem } = form;
  const first = draft.languages[0] ?? "en";
  const names = (codes: readonly string[]) =>
    codes.map((code) => languageNames[code as keyof typeof languageNames]).join(", ");
  return (
    <SettingsCard
      title={house.general}
      form={form}
      shown={({ name, timeZone, languages }) => [
        { label: house.name, value: name },
        { label: house.timeZone, value: timeZone },
        { label: house.languages, value: names(languages) },
      ]}
    >
      <TextField
        label={house.name}
        value={draft.name}
        maxLength={100}
        required
        onValue={(name) => set({ name })}
      />
      <TextField
        label={house.timeZone}
        hint={house.timeZoneHint}
        error={problem?.fields.get("timeZone")}
        value={draft.timeZone}
        list="time-zones"
        required
        more={{ dir: "ltr" }}
        onValue={(timeZone) => set({ timeZone })}
      />
      <datalist id="time-zones">
        {timeZones().map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <SelectField
        label={house.firstLanguage}
        hint={house.firstLanguageHint}
        value={first}
        options={languageCodes.map((code) => [code, languageNames[code]])}
        onValue={(code) =>
          set({ languages: [code, ...draft.languages.filter((other) => other !== code)] })
        }
      />
      <fieldset class="plain">
        <legend>{house.moreLanguages}</legend>
        <div class="checks">
          {languageCodes
            .filter((code) => code !== first)
            .map((code) => (
              <CheckField
                key={code}
                label={<span lang={code}>{languageNames[code]}</span>}
                checked={draft.languages.includes(code)}
                onChecked={(isOn) =>
                  set({
                    languages: isOn
                      ? [...draft.languages, code]
                      : draft.languages.filter((other) => other !== code),
                  })
                }
              />
            ))}
        </div>
      </fieldset>
    </SettingsCard>
  );
}
