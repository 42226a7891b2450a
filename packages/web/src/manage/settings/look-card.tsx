import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { nearestColour } from "../shared/problems.ts";
import { TextField } from "../shared/field.tsx";
import { LogoField } from "./logo-field.tsx";
import { SettingsCard } from "./settings-card.tsx";
import type { CardProps } from "./card-props.ts";
import { useSettingsForm } from "./use-settings-form.ts";

const ours = "#17614f";

/** The restaurant's colour and logo, as guests see them. */
export function LookCard({ settings, refresh }: CardProps) {
  const { look: words, office } = useOfficeTexts();
  const form = useSettingsForm({
    settings,
    refresh,
    toDraft: ({ accent }) => ({ accent: accent ?? "" }),
    toPatch: ({ accent }) => ({ accent: accent === "" ? null : accent }),
  });
  const { draft, set, problem } = form;
  const refused = problem?.fields.get("accent");
  const nearest = refused === undefined ? undefined : nearestColour(refused);
  return (
    <SettingsCard
      title={words.title}
      hint={words.hint}
      form={form}
      shown={({ accent }) => [{ label: words.accent, value: accent ?? office.nothing }]}
    >
      <LogoField settings={settings} refresh={refresh} />
      <div class="colour">
        <input
          type="color"
          aria-label={words.pick}
          value={/^#[0-9a-f]{6}$/iu.test(draft.accent) ? draft.accent : ours}
          onInput={(event) => set({ accent: event.currentTarget.value })}
        />
        <TextField
          label={words.accent}
          hint={words.accentHint}
          value={draft.accent}
          maxLength={7}
          more={{ placeholder: ours, dir: "ltr" }}
          onValue={(accent) => set({ accent: accent.trim() })}
        />
        {draft.accent !== "" && (
          <button type="button" class="button small" onClick={() => set({ accent: "" })}>
            {words.noAccent}
          </button>
        )}
      </div>
      {nearest !== undefined && (
        <button type="button" class="button" onClick={() => set({ accent: nearest })}>
          <span class="swatch-dot" style={{ background: nearest }} aria-hidden="true" />
          {words.useNearest(nearest)}
        </button>
      )}
    </SettingsCard>
  );
}
