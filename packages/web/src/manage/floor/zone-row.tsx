import type { Zone } from "@waiter/client";
import { useState } from "preact/hooks";
import { plural } from "../../i18n/messages.ts";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { useIsolate } from "../../i18n/use-texts.ts";
import type { Held } from "../../touch/hold.ts";
import { rowOf } from "../../touch/use-held-rows.ts";
import { ConflictNote } from "../shared/changed-fields.tsx";
import { ConfirmButton } from "../shared/confirm-button.tsx";
import { TextField } from "../shared/field.tsx";
import { useManage } from "../shared/manage-context.ts";
import { MoveHandle } from "../shared/move-handle.tsx";
import { useChange } from "../shared/use-change.ts";
import type { Reorder } from "../shared/use-reorder.ts";

export interface ZoneRowProps {
  readonly row: Held<Zone & { readonly version: number }>;
  /** How many tables are in it: deleting it takes them out. */
  readonly tables: number;
  readonly reorder: Reorder;
  readonly refresh: () => Promise<void>;
}

export function ZoneRow({ row, tables, reorder, refresh }: ZoneRowProps) {
  const zone = row.item;
  const { floor, office, code } = useOfficeTexts();
  const { api } = useManage();
  const isolate = useIsolate();
  const { busy, problem, change } = useChange();
  const [editing, setEditing] = useState(false);
  const [before, setBefore] = useState(zone);
  const [now, setNow] = useState<typeof zone>();
  const [name, setName] = useState(zone.name);
  const path = `/api/zones/${zone.id}`;

  const save = async () => {
    const body = { name: name.trim(), version: (now ?? before).version };
    const isSaved = await change(async () => {
      try {
        await api.call("PATCH", path, body);
      } catch (error) {
        setNow((error as { problem?: { zone?: typeof zone } }).problem?.zone ?? now);
        throw error;
      }
    });
    if (isSaved) setEditing(false);
    await refresh();
  };
  const remove = async () => {
    // The question says that tables are in it: the answer covers them.
    const query = tables > 0 ? "?tables=unzone" : "";
    await change(() => api.call("DELETE", `${path}${query}`));
    await refresh();
  };
  const shown = (one: typeof zone) => [{ label: floor.name, value: one.name }];
  return (
    <li
      {...rowOf(row, `zone-row${reorder.held === zone.id ? " is-held" : ""}`)}
      {...reorder.member(zone.id)}
    >
      <MoveHandle id={zone.id} label={office.move(isolate(zone.name))} reorder={reorder} />
      <button
        type="button"
        class="row-main"
        aria-expanded={editing}
        onClick={() => {
          setBefore(zone);
          setNow(undefined);
          setName(zone.name);
          setEditing(!editing);
        }}
      >
        <bdi class="row-title">{zone.name}</bdi>
        <span class="tag">{plural(code, floor.count, tables)}</span>
      </button>
      {editing && (
        <form
          class="stack row-more"
          aria-busy={busy}
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <TextField label={floor.name} value={name} maxLength={50} required onValue={setName} />
          <ConflictNote problem={problem} before={shown(before)} after={now && shown(now)} />
          <button type="submit" class="button primary" disabled={busy}>
            {office.save}
          </button>
          <ConfirmButton
            label={floor.deleteZone}
            question={
              tables === 0
                ? floor.deleteEmptyAsk(isolate(zone.name))
                : floor.deleteZoneAsk(isolate(zone.name), plural(code, floor.count, tables))
            }
            busy={busy}
            onConfirm={() => void remove()}
          />
        </form>
      )}
    </li>
  );
}
