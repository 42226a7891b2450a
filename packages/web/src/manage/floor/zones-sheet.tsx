import { useState } from "preact/hooks";
import { Sheet } from "../../components/sheet.tsx";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { useIsolate } from "../../i18n/use-texts.ts";
import { useHeldRows } from "../../touch/use-held-rows.ts";
import { TextField } from "../shared/field.tsx";
import { useManage } from "../shared/manage-context.ts";
import { ProblemNote } from "../shared/problem-note.tsx";
import { useChange } from "../shared/use-change.ts";
import { useOrder } from "../shared/use-order.ts";
import type { Floor } from "./read-floor.ts";
import { ZoneRow } from "./zone-row.tsx";

export interface ZonesSheetProps {
  readonly floor: Floor;
  readonly refresh: () => Promise<void>;
  readonly onClose: () => void;
}

/** The zones of the floor: made, renamed, put into order, deleted. */
export function ZonesSheet({ floor, refresh, onClose }: ZonesSheetProps) {
  const { floor: words, office } = useOfficeTexts();
  const { api } = useManage();
  const isolate = useIsolate();
  const adding = useChange();
  const ordering = useChange();
  const [name, setName] = useState("");
  const nameOf = (id: string) => isolate(floor.zones.find((zone) => zone.id === id)?.name ?? "");
  const reorder = useOrder({
    path: "/api/zones/order",
    name: "ids",
    ids: floor.zones.map(({ id }) => id),
    version: floor.zoneOrder,
    labelOf: nameOf,
    refresh,
    change: ordering.change,
  });
  const rows = useHeldRows(
    reorder.order.flatMap((id) => floor.zones.find((zone) => zone.id === id) ?? []),
    ({ id }) => id,
    reorder.isMoved,
  );
  const add = async () => {
    const body = { name: name.trim() };
    if (body.name === "" || !(await adding.change(() => api.call("POST", "/api/zones", body))))
      return;
    setName((known) => (known === name ? "" : known));
    await refresh();
  };
  return (
    <Sheet title={words.zones} onClose={onClose}>
      {floor.zones.length === 0 && <p class="quiet">{words.zonesHint}</p>}
      <ul class="rows">
        {rows.map((row) => (
          <ZoneRow
            key={row.key}
            row={row}
            tables={floor.tables.filter(({ zoneId }) => zoneId === row.key).length}
            reorder={reorder}
            refresh={refresh}
          />
        ))}
      </ul>
      <p class="spoken" role="status">
        {reorder.spoken}
      </p>
      <ProblemNote problem={ordering.problem} />
      <form
        class="form-row ruled"
        aria-busy={adding.busy}
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <TextField label={words.newZone} value={name} maxLength={50} onValue={setName} />
        <button type="submit" class="button primary" disabled={adding.busy}>
          {office.add}
        </button>
        <ProblemNote problem={adding.problem} />
      </form>
    </Sheet>
  );
}
