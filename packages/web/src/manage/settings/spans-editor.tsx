import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { Icon } from "../../components/icon.tsx";
import * as icons from "../../components/icons.ts";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { endsNextDay, type Span } from "./hours-draft.ts";

export interface SpansEditorProps {
  readonly title: string;
  readonly spans: readonly Span[];
  readonly errorOf: (index: number) => string | undefined;
  readonly onSpans: (spans: readonly Span[]) => void;
  /** Beside the title. */
  readonly children?: ComponentChildren;
}

const most = 10;
const next: Span = ["18:00", "23:00"];

/** The spans of one day; none means closed. */
export function SpansEditor({ title, spans, errorOf, onSpans, children }: SpansEditorProps) {
  const { hours } = useOfficeTexts();
  const id = useId();
  const put = (index: number, span: Span) =>
    onSpans(spans.map((each, place) => (place === index ? span : each)));
  return (
    <div class="day" role="group" aria-labelledby={id}>
      <div class="day-head">
        <strong id={id}>{title}</strong>
        {spans.length === 0 && <span class="quiet">{hours.closed}</span>}
        {children}
        {spans.length < most && (
          <button
            type="button"
            class="button small"
            aria-label={hours.addSpanTo(title)}
            onClick={() => onSpans([...spans, next])}
          >
            {hours.addSpan}
          </button>
        )}
      </div>
      {spans.map((span, index) => {
        const error = errorOf(index);
        return (
          <div key={index} class="span">
            <input
              type="time"
              required
              aria-label={hours.from(title)}
              aria-invalid={error !== undefined}
              value={span[0]}
              onInput={(event) => put(index, [event.currentTarget.value, span[1]])}
            />
            <span aria-hidden="true">–</span>
            <input
              type="time"
              required
              aria-label={hours.to(title)}
              aria-invalid={error !== undefined}
              value={span[1]}
              onInput={(event) => put(index, [span[0], event.currentTarget.value])}
            />
            {endsNextDay(span) && <span class="quiet">{hours.nextDay}</span>}
            <button
              type="button"
              class="button quiet square small"
              aria-label={hours.removeSpan(title, `${span[0]}–${span[1]}`)}
              onClick={() => onSpans(spans.filter((_, place) => place !== index))}
            >
              <Icon path={icons.close} />
            </button>
            {error !== undefined && <p class="field-error">{error}</p>}
          </div>
        );
      })}
    </div>
  );
}
