import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { CheckField } from "../shared/field.tsx";
import { SettingsCard } from "./settings-card.tsx";
import type { CardProps } from "./card-props.ts";
import { useSettingsForm } from "./use-settings-form.ts";

/** Whether requests can be searched by the person who served them: the owner's choice alone. */
export function SearchCard({ settings, refresh }: CardProps) {
  const { search: words, office } = useOfficeTexts();
  const form = useSettingsForm({
    settings,
    refresh,
    toDraft: ({ staffSearch = false }) => ({ staffSearch }),
    toPatch: (draft) => draft,
  });
  return (
    <SettingsCard
      title={words.title}
      hint={words.hint}
      form={form}
      shown={({ staffSearch }) => [
        { label: words.allow, value: staffSearch === true ? office.yes : office.no },
      ]}
    >
      <CheckField
        label={words.allow}
        checked={form.draft.staffSearch}
        onChecked={(staffSearch) => form.set({ staffSearch })}
      />
    </SettingsCard>
  );
}
