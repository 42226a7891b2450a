import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { TextField } from "../shared/field.tsx";
import { SettingsCard } from "./settings-card.tsx";
import type { CardProps } from "./card-props.ts";
import { useSettingsForm } from "./use-settings-form.ts";

/** The network that guests are shown; none without a name. */
export function WifiCard({ settings, refresh }: CardProps) {
  const { wifi: words } = useOfficeTexts();
  const form = useSettingsForm({
    settings,
    refresh,
    toDraft: ({ wifi }) => ({ name: wifi?.name ?? "", password: wifi?.password ?? "" }),
    toPatch: ({ name, password }) => ({
      wifi: name.trim() === "" ? null : { name, ...(password !== "" && { password }) },
    }),
  });
  const { draft, set } = form;
  return (
    <SettingsCard
      title={words.title}
      hint={words.hint}
      form={form}
      shown={({ wifi }) => [
        { label: words.name, value: wifi?.name ?? "" },
        { label: words.password, value: wifi?.password ?? "" },
      ]}
    >
      <TextField
        label={words.name}
        value={draft.name}
        maxLength={64}
        onValue={(name) => set({ name })}
      />
      <TextField
        label={words.password}
        value={draft.password}
        maxLength={64}
        more={{ dir: "ltr" }}
        onValue={(password) => set({ password })}
      />
    </SettingsCard>
  );
}
