import type { Request, RequestType } from "@waiter/client";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { labelOf } from "../../i18n/type-label.ts";
import { formatClock, formatDate } from "../../shared/time-span.ts";
import type { Held } from "../../touch/hold.ts";
import { rowOf, useHeldRows } from "../../touch/use-held-rows.ts";
import { groupByDay } from "./group-by-day.ts";

export interface RequestRowsProps {
  readonly rows: readonly Request[];
  readonly types: readonly RequestType[];
  readonly onOpen: (request: Request) => void;
}

/** Requests by their days, as buttons that open their history. */
export function RequestRows({ rows, types, onOpen }: RequestRowsProps) {
  const { code } = useOfficeTexts();
  const held = useHeldRows(rows, ({ id }) => id);
  const rowFor = new Map(held.map((row) => [row.key, row]));
  return (
    <div class="stack" data-testid="found">
      {groupByDay(held.map(({ item }) => item)).map((day) => (
        <section key={formatDate(day[0].createdAt, "en")} class="day-group">
          <h3>{formatDate(day[0].createdAt, code)}</h3>
          <ul class="rows">
            {day
              .flatMap(({ id }) => rowFor.get(id) ?? [])
              .map((row) => (
                <RequestRow key={row.key} row={row} types={types} onOpen={onOpen} />
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function RequestRow({
  row,
  types,
  onOpen,
}: Omit<RequestRowsProps, "rows"> & { readonly row: Held<Request> }) {
  const request = row.item;
  const texts = useOfficeTexts();
  const { requests: words, common, code } = texts;
  const type = types.find(({ key }) => key === request.type);
  return (
    <li {...rowOf(row)}>
      <button
        type="button"
        class="row-main"
        data-does={`request:${request.id}`}
        onClick={() => onOpen(request)}
      >
        <span class="row-title">
          <bdi>{common.table(request.table.label)}</bdi>
          {" · "}
          <bdi>{type === undefined ? request.type : labelOf(type, texts)}</bdi>
        </span>
        <span class="row-facts">
          <span class="tag">{words.states[request.state]}</span>
          {request.claimedBy !== undefined && <bdi>{request.claimedBy.name}</bdi>}
          <time class="quiet" dateTime={request.createdAt}>
            {formatClock(request.createdAt, code)}
          </time>
        </span>
      </button>
    </li>
  );
}
