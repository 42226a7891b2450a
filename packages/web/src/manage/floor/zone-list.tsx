import { formatClock } from "../../shared/time-span.ts";
import { plural } from "../../i18n/messages.ts";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { useIsolate } from "../../i18n/use-texts.ts";
import { rowOf, useHeldRows } from "../../touch/use-held-rows.ts";
import { MoveHandle } from "../shared/move-handle.tsx";
import type { Changing } from "../shared/use-change.ts";
import { useOrder } from "../shared/use-order.ts";
import type { Floor, ManagedTable } from "./read-floor.ts";

export interface ZoneListProps {
  readonly name: string;
  readonly tables: readonly ManagedTable[];
  readonly floor: Floor;
  readonly change: Changing["change"];
  readonly refresh: () => Promise<void>;
  readonly onOpen: (id: string) => void;
}

/** The tables of one zone. Each is dragged by its handle, moved by arrow keys, or opened. */
export function ZoneList({ name, tables, floor, change, refresh, onOpen }: ZoneListProps) {
  const { floor: words, office, code, common } = useOfficeTexts();
  const isolate = useIsolate();
  const tableOf = (id: string) => tables.find((table) => table.id === id);
  const labelOf = (id: string) => isolate(common.table(tableOf(id)?.label ?? ""));
  const reorder = useOrder({
    path: "/api/tables/order",
    name: "ids",
    ids: floor.tables.map(({ id }) => id),
    version: floor.tableOrder,
    shown: tables.map(({ id }) => id),
    labelOf,
    refresh,
    change,
  });
  const rows = useHeldRows(
    reorder.order.flatMap((id) => tableOf(id) ?? []),
    ({ id }) => id,
    reorder.isMoved,
  );
  return (
    <div class="part" role="group" aria-label={name}>
      <div class="part-head">
        <h3>
          <bdi>{name}</bdi>
        </h3>
        <span class="tag">{plural(code, words.count, tables.length)}</span>
      </div>
      <ul class="rows">
        {rows.map((row) => {
          const { id, label, mutedUntil } = row.item;
          return (
            <li
              key={id}
              {...rowOf(row, reorder.held === id ? "is-held" : "")}
              {...reorder.member(id)}
            >
              <MoveHandle
                id={id}
                label={office.move(isolate(common.table(label)))}
                reorder={reorder}
              />
              <button
                type="button"
                class="row-main"
                data-does={`table:${id}`}
                onClick={() => onOpen(id)}
              >
                <bdi class="row-title">{common.table(label)}</bdi>
                {mutedUntil !== undefined && (
                  <span class="tag alarm">{words.mutedUntil(formatClock(mutedUntil, code))}</span>
                )}
              </button>
            </li>
          );
        })}
      </ul>
      <p class="spoken" role="status">
        {reorder.spoken}
      </p>
    </div>
  );
}
