import { useState } from "preact/hooks";
import { formatSpan, formatClock } from "../../shared/time-span.ts";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { CheckField, SelectField } from "../shared/field.tsx";
import { useManage } from "../shared/manage-context.ts";
import { ProblemNote } from "../shared/problem-note.tsx";
import { useChange } from "../shared/use-change.ts";
import type { ManagedTable } from "./read-floor.ts";

const choices = [15, 30, 60, 120, 240] as const;

/** Guests of a muted table can send nothing for a while: against pranks. */
export function MuteTable({
  table,
  onChanged,
}: {
  readonly table: ManagedTable;
  readonly onChanged: () => Promise<void>;
}) {
  const texts = useOfficeTexts();
  const { floor, code } = texts;
  const { api, say } = useManage();
  const { busy, problem, change } = useChange();
  const [minutes, setMinutes] = useState("30");
  const [dismissing, setDismissing] = useState(false);

  const mute = async (wanted: number) => {
    const query = dismissing && wanted > 0 ? "?dismissOpen=true" : "";
    const path = `/api/tables/${table.id}/mute${query}`;
    if (!(await change(() => api.call("POST", path, { minutes: wanted })))) return;
    say(wanted === 0 ? floor.unmuted : floor.muted);
    await onChanged();
  };
  return (
    <div class="stack ruled" aria-busy={busy}>
      <h3>{floor.muteTitle}</h3>
      {table.mutedUntil === undefined ? (
        <>
          <SelectField
            label={floor.muteFor}
            value={minutes}
            options={choices.map((each) => [String(each), formatSpan(each * 60_000, texts)])}
            onValue={setMinutes}
          />
          <CheckField label={floor.dismissOpen} checked={dismissing} onChecked={setDismissing} />
          <button
            type="button"
            class="button"
            disabled={busy}
            onClick={() => void mute(Number(minutes))}
          >
            {floor.mute}
          </button>
        </>
      ) : (
        <>
          <p>{floor.mutedUntil(formatClock(table.mutedUntil, code))}</p>
          <button type="button" class="button" disabled={busy} onClick={() => void mute(0)}>
            {floor.unmute}
          </button>
        </>
      )}
      <ProblemNote problem={problem} />
    </div>
  );
}
