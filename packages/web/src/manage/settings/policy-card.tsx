import type { Settings } from "@waiter/client";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { formatSpan } from "../../shared/time-span.ts";
import { decimalText, minutesLength } from "../shared/decimal.ts";
import { SelectField, TextField } from "../shared/field.tsx";
import { audiences, draftPolicy, policyOf, type Audience } from "./policy-draft.ts";
import { PolicyPicture } from "./policy-picture.tsx";
import { SettingsCard } from "./settings-card.tsx";
import type { CardProps } from "./card-props.ts";
import { useSettingsForm } from "./use-settings-form.ts";

const mostSteps = 20;

/** Who is rung when, beside a picture of what happens to a request that waits. */
export function PolicyCard({ settings, refresh }: CardProps) {
  const texts = useOfficeTexts();
  const { policy: words } = texts;
  const form = useSettingsForm({
    settings,
    refresh,
    toDraft: ({ escalation }) => draftPolicy(escalation),
    toPatch: (draft) => ({ escalation: policyOf(draft) }),
  });
  const { draft, set, problem } = form;
  const shown = ({ escalation }: Settings) => [
    ...escalation.steps.map(({ afterS, to }, index) => ({
      label: words.step(String(index + 1)),
      value: `${formatSpan(afterS * 1_000, texts)}: ${words.audiences[to]}`,
    })),
    { label: words.doneAfter, value: formatSpan(escalation.doneAfterS * 1_000, texts) },
  ];
  const last = draft.steps[draft.steps.length - 1];
  return (
    <SettingsCard title={words.title} hint={words.hint} form={form} shown={shown}>
      <ol class="ring-steps">
        {draft.steps.map((step, index) => {
          const put = (fields: Partial<typeof step>) =>
            set({
              steps: draft.steps.map((one, n) => (n === index ? { ...one, ...fields } : one)),
            });
          return (
            <li key={index} class="ring-step" aria-label={words.step(String(index + 1))}>
              {index === 0 ? (
                <p class="ring-time">{words.atOnce}</p>
              ) : (
                <TextField
                  label={words.after}
                  error={problem?.fields.get(`escalation.steps.${index}.afterS`)}
                  value={step.afterS}
                  maxLength={5}
                  required
                  more={{ inputMode: "numeric" }}
                  onValue={(text) => put({ afterS: text.replace(/\D/gu, "") })}
                />
              )}
              <SelectField<Audience>
                label={words.to}
                value={step.to}
                options={audiences.map((one) => [one, words.audiences[one]])}
                onValue={(to) => put({ to })}
              />
              {index > 0 && (
                <button
                  type="button"
                  class="button small"
                  aria-label={words.removeStep(String(index + 1))}
                  onClick={() => set({ steps: draft.steps.filter((_, n) => n !== index) })}
                >
                  {words.remove}
                </button>
              )}
            </li>
          );
        })}
      </ol>
      {draft.steps.length < mostSteps && (
        <button
          type="button"
          class="button"
          onClick={() => {
            const afterS = String(Number(last?.afterS ?? 0) + 60);
            set({ steps: [...draft.steps, { afterS, to: "managers" }] });
          }}
        >
          {words.addStep}
        </button>
      )}
      <TextField
        label={words.doneAfter}
        hint={words.doneAfterHint}
        value={draft.doneMinutes}
        maxLength={minutesLength}
        more={{ inputMode: "decimal" }}
        onValue={(text) => set({ doneMinutes: decimalText(text) })}
      />
      <PolicyPicture
        policy={policyOf(draft)}
        hasChannel={(settings.secondChannel ?? null) !== null}
      />
    </SettingsCard>
  );
}
