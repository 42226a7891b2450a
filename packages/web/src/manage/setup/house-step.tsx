import type { Settings } from "@waiter/client";
import { useRef, useState } from "preact/hooks";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { TextField } from "../shared/field.tsx";
import { useManage } from "../shared/manage-context.ts";
import { ProblemNote } from "../shared/problem-note.tsx";
import { useChange } from "../shared/use-change.ts";
import { SpansEditor } from "../settings/spans-editor.tsx";
import { hoursOf, weekdays, type HoursDraft, type Span } from "../settings/hours-draft.ts";

/** Name and hours, the same for every day: the rest is in the settings. */
export function HouseStep({
  settings,
  onSaved,
}: {
  readonly settings: Settings;
  readonly onSaved: () => Promise<void>;
}) {
  const { setup: words, house, hours: hoursWords, office } = useOfficeTexts();
  const { api, say } = useManage();
  const { busy, problem, change } = useChange();
  const [name, setName] = useState(settings.name);
  const [always, setAlways] = useState(true);
  const [spans, setSpans] = useState<readonly Span[]>([["11:30", "22:00"]]);

  // The restaurant is where its owner sets it up.
  const [timeZone, setTimeZone] = useState(
    () => Intl.DateTimeFormat().resolvedOptions().timeZone as string | undefined,
  );
  const zoneProblem = problem?.fields.get("timeZone");
  const asksZone = useRef(false);
  asksZone.current ||= zoneProblem !== undefined;

  const save = async () => {
    const weekly = Object.fromEntries(weekdays.map((day) => [day, spans])) as HoursDraft["weekly"];
    const body = {
      name: name.trim(),
      hours: hoursOf({ always, weekly, dates: [] }),
      ...(settings.version === 1 && timeZone !== undefined && { timeZone }),
      version: settings.version,
    };
    const isSaved = await change(() => api.call("PATCH", "/api/settings", body));
    if (isSaved) say(office.saved);
    await onSaved();
  };
  return (
    <form
      class="stack"
      aria-busy={busy}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextField label={house.name} value={name} maxLength={100} required onValue={setName} />
      <fieldset class="plain">
        <legend>{hoursWords.title}</legend>
        <div class="checks">
          {[true, false].map((one) => (
            <label key={String(one)} class="check">
              <input
                type="radio"
                name="setup-hours"
                checked={always === one}
                onChange={() => setAlways(one)}
              />
              <span>{one ? hoursWords.always : words.everyDay}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {!always && (
        <SpansEditor
          title={words.everyDay}
          spans={spans}
          errorOf={(index) => problem?.fields.get(`hours.weekly.mon.${index}`)}
          onSpans={setSpans}
        />
      )}
      {/* A device's own zone may be none of the server's, such as Etc/Unknown. */}
      {asksZone.current && (
        <TextField
          label={house.timeZone}
          hint={house.timeZoneHint}
          error={zoneProblem}
          value={timeZone ?? ""}
          required
          more={{ dir: "ltr" }}
          onValue={setTimeZone}
        />
      )}
      <ProblemNote problem={problem} />
      <button type="submit" class="button primary" disabled={busy}>
        {office.save}
      </button>
    </form>
  );
}
