import { useOfficeTexts } from "../../i18n/office-texts.ts";
import type { DatedSpans } from "./hours-draft.ts";
import { SpansEditor } from "./spans-editor.tsx";

export interface DatesEditorProps {
  readonly dates: readonly DatedSpans[];
  readonly errorOf: (date: string, index: number) => string | undefined;
  readonly onDates: (dates: readonly DatedSpans[]) => void;
}

/** Days that are different: each replaces the spans that would begin on its date. */
export function DatesEditor({ dates, errorOf, onDates }: DatesEditorProps) {
  const { hours } = useOfficeTexts();
  const put = (index: number, fields: Partial<DatedSpans>) =>
    onDates(dates.map((each, place) => (place === index ? { ...each, ...fields } : each)));
  return (
    <fieldset class="plain">
      <legend>{hours.exceptions}</legend>
      {dates.map(({ date, spans }, index) => {
        // Of two rows the api would take the later one alone.
        const isTwice = date !== "" && dates.findIndex((each) => each.date === date) < index;
        return (
          <SpansEditor
            key={index}
            title={date === "" ? hours.newDate : date}
            spans={spans}
            errorOf={(place) => errorOf(date, place)}
            onSpans={(next) => put(index, { spans: next })}
          >
            <input
              type="date"
              required
              max="9999-12-31"
              class="date"
              aria-label={hours.date}
              value={date}
              aria-invalid={isTwice}
              ref={(input) => input?.setCustomValidity(isTwice ? hours.dateTwice : "")}
              onInput={(event) => put(index, { date: event.currentTarget.value })}
            />
            <button
              type="button"
              class="button small quiet"
              aria-label={hours.removeDate(date)}
              onClick={() => onDates(dates.filter((_, place) => place !== index))}
            >
              {hours.remove}
            </button>
            {isTwice && <p class="field-error">{hours.dateTwice}</p>}
          </SpansEditor>
        );
      })}
      <button
        type="button"
        class="button"
        onClick={() => onDates([...dates, { date: "", spans: [] }])}
      >
        {hours.addDate}
      </button>
    </fieldset>
  );
}
