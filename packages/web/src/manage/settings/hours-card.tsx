import type { Settings } from "@waiter/client";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { DatesEditor } from "./dates-editor.tsx";
import { formatSpans, hoursOf, draftHours, weekdayNames, weekdays } from "./hours-draft.ts";
import { SettingsCard } from "./settings-card.tsx";
import type { CardProps } from "./card-props.ts";
import { SpansEditor } from "./spans-editor.tsx";
import { useSettingsForm } from "./use-settings-form.ts";

/** Opening hours: always, or for each weekday several spans, with dated exceptions. */
export function HoursCard({ settings, refresh }: CardProps) {
  const { hours: words, code } = useOfficeTexts();
  const form = useSettingsForm({
    settings,
    refresh,
    toDraft: ({ hours }) => draftHours(hours),
    toPatch: (draft) => ({ hours: hoursOf(draft) }),
  });
  const { draft, set, problem } = form;
  const names = weekdayNames(code);
  const shown = ({ hours }: Settings) => {
    const { always, weekly, dates } = draftHours(hours);
    if (always) return [{ label: words.title, value: words.always }];
    return [
      ...weekdays.map((day) => ({
        label: names[day],
        value: formatSpans(weekly[day]) || words.closed,
      })),
      ...dates.map(({ date, spans }) => ({
        label: date,
        value: formatSpans(spans) || words.closed,
      })),
    ];
  };
  return (
    <SettingsCard title={words.title} hint={words.hint} form={form} shown={shown}>
      <fieldset class="plain">
        <legend class="spoken">{words.title}</legend>
        <div class="checks">
          {[true, false].map((always) => (
            <label key={String(always)} class="check">
              <input
                type="radio"
                name="hours-kind"
                checked={draft.always === always}
                onChange={() => set({ always })}
              />
              <span>{always ? words.always : words.byDay}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {!draft.always && (
        <>
          {weekdays.map((day) => (
            <SpansEditor
              key={day}
              title={names[day]}
              spans={draft.weekly[day]}
              errorOf={(index) => problem?.fields.get(`hours.weekly.${day}.${index}`)}
              onSpans={(spans) => set({ weekly: { ...draft.weekly, [day]: spans } })}
            />
          ))}
          <button
            type="button"
            class="button"
            onClick={() => {
              const { mon } = draft.weekly;
              const all = weekdays.map((day) => [day, mon] as const);
              set({ weekly: Object.fromEntries(all) as typeof draft.weekly });
            }}
          >
            {words.copyMonday(names.mon)}
          </button>
          <DatesEditor
            dates={draft.dates}
            errorOf={(date, index) => problem?.fields.get(`hours.dates.${date}.${index}`)}
            onDates={(dates) => set({ dates })}
          />
        </>
      )}
    </SettingsCard>
  );
}
