import { useState } from "preact/hooks";
import { Icon } from "../components/icon.tsx";
import * as icons from "../components/icons.ts";
import { useOfficeTexts } from "../i18n/office-texts.ts";
import { useIsolate } from "../i18n/use-texts.ts";
import type { Span } from "../manage/settings/hours-draft.ts";
import type { Policy } from "../manage/settings/policy-draft.ts";
import { PolicyPicture } from "../manage/settings/policy-picture.tsx";
import { SpansEditor } from "../manage/settings/spans-editor.tsx";
import { SelectField, TextField } from "../manage/shared/field.tsx";
import { Part } from "../manage/shared/part.tsx";
import { describeEntry } from "../manage/requests/describe-entry.ts";
import { formatClock } from "../shared/time-span.ts";
import "../manage/manage-parts.css";

const ignore = () => undefined;
const policy: Policy = {
  steps: [
    { afterS: 0, to: "assigned" },
    { afterS: 60, to: "everyone" },
    { afterS: 120, to: "managers" },
  ],
  doneAfterS: 1_200,
};
const evening = new Date(2025, 2, 7, 18, 30);
const happened = [
  { at: evening.toISOString(), what: "request.created" },
  { at: evening.toISOString(), what: "request.claimed", staff: { name: "Anna" } },
];

/** What only single tabs of /manage need: a checklist, hours, steps in time, what happened. */
export function SampleSettings() {
  const texts = useOfficeTexts();
  const isolate = useIsolate();
  const { setup, hours, policy: rings, requests, look, channel, code } = texts;
  const [spans, setSpans] = useState<readonly Span[]>([["18:00", "01:00"]]);
  return (
    <div class="cards-2">
      <Part title={setup.title} hint={setup.hint}>
        <ol class="setup">
          <li class="is-done">
            <span class="setup-mark">
              <Icon path={icons.check} />
              <span class="spoken">{setup.done}</span>
            </span>
            <h3>{setup.steps.house.title}</h3>
          </li>
          <li class="is-next">
            <span class="setup-mark">
              <span class="spoken">{setup.open}</span>
            </span>
            <div class="stack">
              <h3>{setup.steps.codes.title}</h3>
              <p class="quiet">{setup.steps.codes.text}</p>
            </div>
          </li>
        </ol>
      </Part>
      <Part title={hours.title}>
        <SpansEditor
          title={setup.everyDay}
          spans={spans}
          errorOf={() => undefined}
          onSpans={setSpans}
        />
      </Part>
      <Part title={rings.title}>
        <ol class="ring-steps">
          <li class="ring-step" aria-label={rings.step("2")}>
            <TextField label={rings.after} value="60" onValue={ignore} />
            <SelectField
              label={rings.to}
              value="everyone"
              options={[["everyone", rings.audiences.everyone]]}
              onValue={ignore}
            />
            <button type="button" class="button small" aria-label={rings.removeStep("2")}>
              {rings.remove}
            </button>
          </li>
        </ol>
        <PolicyPicture policy={policy} hasChannel />
      </Part>
      <Part title={requests.history}>
        <ol class="history" aria-label={requests.history}>
          {happened.map((entry) => (
            <li key={entry.what}>
              <time dateTime={entry.at}>{formatClock(entry.at, code)}</time>
              <span>{describeEntry(entry, requests, isolate)}</span>
            </li>
          ))}
        </ol>
      </Part>
      <Part title={look.accent}>
        <p class="row">
          <span class="swatch-dot" style={{ background: "var(--accent)" }} /> <code>#17614f</code>
        </p>
      </Part>
      <Part title={channel.secret}>
        <p class="secret" dir="ltr">
          <code>…</code>
        </p>
      </Part>
    </div>
  );
}
