import { useState } from "preact/hooks";
import { Sheet } from "../../components/sheet.tsx";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { useIsolate } from "../../i18n/use-texts.ts";
import { ConflictNote, type ShownField } from "../shared/changed-fields.tsx";
import { ConfirmButton } from "../shared/confirm-button.tsx";
import { SelectField, TextField } from "../shared/field.tsx";
import { useManage } from "../shared/manage-context.ts";
import { ProblemNote } from "../shared/problem-note.tsx";
import { useChange } from "../shared/use-change.ts";
import { MuteTable } from "./mute-table.tsx";
import type { Floor, ManagedTable } from "./read-floor.ts";

export interface TableSheetProps {
  readonly table: ManagedTable;
  readonly zones: Floor["zones"];
  readonly onChanged: () => Promise<void>;
  readonly onClose: (isGone?: boolean) => void;
}

/** One table: its name and zone, silence for a while, a new code, its end. */
export function TableSheet({ table, zones, onChanged, onClose }: TableSheetProps) {
  const { floor, office, common } = useOfficeTexts();
  const { api, say } = useManage();
  const isolate = useIsolate();
  const naming = useChange();
  const ending = useChange();
  /** As it was when the person began: a change of others meanwhile is a conflict, told below. */
  const [before, setBefore] = useState(table);
  const [now, setNow] = useState<ManagedTable>();
  const [label, setLabel] = useState(table.label);
  const [zone, setZone] = useState(table.zoneId ?? "");
  const zoneName = (id: string | undefined) => zones.find((one) => one.id === id)?.name ?? "";
  const fieldsOf = (one: ManagedTable): ShownField[] => [
    { label: floor.name, value: one.label },
    { label: floor.zone, value: one.zone ?? zoneName(one.zoneId) },
  ];

  const save = async () => {
    const base = now ?? before;
    const body = { label: label.trim(), zoneId: zone === "" ? null : zone, version: base.version };
    const isSaved = await naming.change(async () => {
      try {
        await api.call("PATCH", `/api/tables/${table.id}`, body);
      } catch (error) {
        const { table: current } = (error as { problem?: { table?: ManagedTable } }).problem ?? {};
        if (now !== undefined) setBefore(now);
        if (current !== undefined) setNow(current);
        throw error;
      }
    });
    await onChanged();
    if (!isSaved) return;
    say(office.saved);
    onClose();
  };
  const newCode = async () => {
    const path = `/api/tables/${table.id}/rotate-token`;
    if (!(await ending.change(() => api.call("POST", path, {})))) return;
    say(floor.newCodeDone);
    await onChanged();
  };
  const retire = async () => {
    if (!(await ending.change(() => api.call("DELETE", `/api/tables/${table.id}`)))) return;
    say(floor.removed(isolate(common.table(table.label))));
    onClose(true);
    await onChanged();
  };
  const name = isolate(common.table(table.label));
  return (
    <Sheet title={common.table(before.label)} onClose={() => onClose()}>
      <form
        class="stack"
        aria-busy={naming.busy}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextField label={floor.name} value={label} maxLength={50} required onValue={setLabel} />
        {zones.length > 0 && (
          <SelectField
            label={floor.zone}
            value={zone}
            options={[["", floor.noZone], ...zones.map((one) => [one.id, one.name] as const)]}
            onValue={setZone}
          />
        )}
        <ConflictNote
          problem={naming.problem}
          before={fieldsOf(before)}
          after={now && fieldsOf(now)}
        />
        <button type="submit" class="button primary" disabled={naming.busy}>
          {office.save}
        </button>
      </form>
      <MuteTable table={table} onChanged={onChanged} />
      <div class="stack ruled">
        {table.guestUrl !== undefined && (
          <a class="button" href={table.guestUrl} target="_blank" rel="noreferrer">
            {floor.guestPage}
          </a>
        )}
        <ConfirmButton
          label={floor.newCode}
          question={floor.newCodeAsk(name)}
          busy={ending.busy}
          onConfirm={() => void newCode()}
        />
        <ConfirmButton
          label={floor.remove}
          question={floor.removeAsk(name)}
          busy={ending.busy}
          onConfirm={() => void retire()}
        />
        <ProblemNote problem={ending.problem} />
      </div>
    </Sheet>
  );
}
