import { useState } from "preact/hooks";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { SelectField, TextField } from "../shared/field.tsx";
import { ChannelTest } from "./channel-test.tsx";
import { SecretSheet } from "./secret-sheet.tsx";
import { SettingsCard } from "./settings-card.tsx";
import type { CardProps } from "./card-props.ts";
import { useSettingsForm } from "./use-settings-form.ts";

type Kind = "none" | "ntfy" | "webhook";
const none: Kind = "none";

/** Where a request goes that no device could show: ntfy or a webhook. */
export function ChannelCard({ settings, refresh }: CardProps) {
  const { channel: words } = useOfficeTexts();
  const [secret, setSecret] = useState<string>();
  const form = useSettingsForm({
    settings,
    refresh,
    toDraft: ({ secondChannel }) => ({
      kind: secondChannel?.kind ?? none,
      target: secondChannel?.target ?? "",
    }),
    toPatch: ({ kind, target }) => ({
      secondChannel: kind === "none" ? null : { kind, target: target.trim() },
    }),
  });
  const { draft, set, problem } = form;
  const save = async () => {
    const answer = await form.save();
    if (answer?.secret !== undefined) setSecret(answer.secret);
  };
  return (
    <SettingsCard
      title={words.title}
      hint={words.hint}
      form={form}
      shown={({ secondChannel }) => [
        { label: words.kind, value: words.kinds[secondChannel?.kind ?? "none"] },
        { label: words.target, value: secondChannel?.target ?? "" },
      ]}
      onSave={() => void save()}
    >
      <SelectField<Kind>
        label={words.kind}
        value={draft.kind}
        options={(["none", "ntfy", "webhook"] as const).map((kind) => [kind, words.kinds[kind]])}
        onValue={(kind) => set({ kind })}
      />
      {draft.kind !== "none" && (
        <TextField
          label={words.target}
          hint={draft.kind === "ntfy" ? words.ntfyHint : words.webhookHint}
          error={problem?.fields.get("secondChannel.target")}
          type="url"
          value={draft.target}
          maxLength={500}
          required
          more={{ placeholder: "https://", dir: "ltr", inputMode: "url" }}
          onValue={(target) => set({ target })}
        />
      )}
      {(settings.secondChannel ?? null) !== null && !form.isDirty && <ChannelTest />}
      {secret !== undefined && <SecretSheet secret={secret} onClose={() => setSecret(undefined)} />}
    </SettingsCard>
  );
}
