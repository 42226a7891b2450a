import { useState } from "preact/hooks";
import { plural } from "../../i18n/messages.ts";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { SelectField, TextField } from "../shared/field.tsx";
import { useManage } from "../shared/manage-context.ts";
import { ProblemNote } from "../shared/problem-note.tsx";
import { useChange } from "../shared/use-change.ts";
import { parseLabels } from "./parse-labels.ts";
import type { Floor } from "./read-floor.ts";

export interface AddTablesProps {
  readonly zones: Floor["zones"];
  readonly onAdded: () => Promise<void>;
}

/** One table or many at once: "1 to 12", "Terrace 1 to 8". All are made, or none. */
export function AddTables({ zones, onAdded }: AddTablesProps) {
  const { floor, office, code } = useOfficeTexts();
  const { api, say } = useManage();
  const { busy, problem, change } = useChange();
  const [text, setText] = useState("");
  const [zone, setZone] = useState("");
  const labels = parseLabels(text);

  const add = async () => {
    if (labels.length === 0) return;
    const body = { labels, ...(zone !== "" && { zoneId: zone }) };
    if (!(await change(() => api.call("POST", "/api/tables", body)))) return;
    setText((known) => (known === text ? "" : known));
    say(plural(code, floor.added, labels.length));
    await onAdded();
  };
  return (
    <form
      class="form-row"
      aria-busy={busy}
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <TextField
        label={floor.newTables}
        hint={labels.length > 1 ? plural(code, floor.willAdd, labels.length) : floor.newTablesHint}
        value={text}
        maxLength={500}
        onValue={setText}
      />
      {zones.length > 0 && (
        <SelectField
          label={floor.zone}
          value={zone}
          options={[["", floor.noZone], ...zones.map(({ id, name }) => [id, name] as const)]}
          onValue={setZone}
        />
      )}
      <button type="submit" class="button primary" disabled={busy}>
        {office.add}
      </button>
      <ProblemNote problem={problem} />
    </form>
  );
}
