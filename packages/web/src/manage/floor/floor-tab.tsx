import { useState } from "preact/hooks";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { Loading } from "../shared/loading.tsx";
import { focusHeading, Part } from "../shared/part.tsx";
import { ProblemNote } from "../shared/problem-note.tsx";
import { useChange } from "../shared/use-change.ts";
import { useResource } from "../shared/use-resource.ts";
import { useHeldRows } from "../../touch/use-held-rows.ts";
import { AddTables } from "./add-tables.tsx";
import { floorEvents, readFloor, type Floor } from "./read-floor.ts";
import { TableSheet } from "./table-sheet.tsx";
import { useMuteEnds } from "./use-mute-ends.ts";
import { ZoneList } from "./zone-list.tsx";
import { ZonesSheet } from "./zones-sheet.tsx";

const headingId = "floor-heading";

/** Zones and tables: made, named, moved, put into order, muted, given a new code, removed. */
export function FloorTab() {
  const { value, failed, refresh } = useResource(readFloor, floorEvents);
  return value === undefined ? (
    <Loading failed={failed} />
  ) : (
    <FloorParts value={value} refresh={refresh} />
  );
}

interface FloorPartsProps {
  readonly value: Floor;
  readonly refresh: () => Promise<void>;
}

function FloorParts({ value, refresh }: FloorPartsProps) {
  const { floor } = useOfficeTexts();
  const order = useChange();
  const [shown, setShown] = useState<string>();
  const [zonesOpen, setZonesOpen] = useState(false);
  const { tables, zones } = value;
  useMuteEnds(tables, refresh);
  const groups = [
    ...zones.map(({ id, name }) => ({ id, name, tables: tables.filter((t) => t.zoneId === id) })),
    {
      id: "",
      name: zones.length === 0 ? floor.tables : floor.noZone,
      tables: tables.filter((t) => !zones.some(({ id }) => id === t.zoneId)),
    },
  ].filter(({ id, tables: inside }) => id !== "" || inside.length > 0);
  const places = useHeldRows(groups, ({ id }) => id);
  const table = tables.find(({ id }) => id === shown);
  return (
    <>
      <Part
        title={floor.title}
        id={headingId}
        hint={tables.length === 0 ? floor.empty : floor.hint}
      >
        <AddTables zones={zones} onAdded={refresh} />
        <div class="row">
          <button type="button" class="button" onClick={() => setZonesOpen(true)}>
            {floor.zones}
          </button>
          {tables.length > 0 && (
            <a class="button" href="#codes">
              {floor.printCodes}
            </a>
          )}
        </div>
        <ProblemNote problem={order.problem} />
      </Part>
      {places.map(({ item: { id, name, tables: inside }, gone }) => (
        <ZoneList
          key={id}
          name={name}
          tables={gone ? [] : inside}
          floor={value}
          change={order.change}
          refresh={refresh}
          onOpen={setShown}
        />
      ))}
      {table !== undefined && (
        <TableSheet
          table={table}
          zones={zones}
          onChanged={refresh}
          onClose={(isGone = false) => {
            setShown(undefined);
            if (isGone) focusHeading(headingId);
          }}
        />
      )}
      {zonesOpen && (
        <ZonesSheet floor={value} refresh={refresh} onClose={() => setZonesOpen(false)} />
      )}
    </>
  );
}
