import type { Request, RequestType } from "@waiter/client";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { labelOf } from "../../i18n/type-label.ts";

export interface RequestRowsProps {
  readonly rows: readonly Request[];
  readonly types: readonly RequestType[];
  readonly onOpen: (request: Request) => void;
}

/** Requests as a list of buttons that open their history. */
export function RequestRows({ rows, types, onOpen }: RequestRowsProps) {
  const texts = useOfficeTexts();
  const { requests: words, common, code } = texts;
  const format = new Intl.DateTimeFormat(code === "ar" ? "ar-u-nu-latn" : code, {
    dateStyle: "short",
    timeStyle: "short",
  });
  return (
    <ul class="rows" data-testid="found">
      {rows.map((request) => {
        const type = types.find(({ key }) => key === request.type);
        return (
          <li key={request.id}>
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
              {request.claimedBy !== undefined && <bdi>{request.claimedBy.name}</bdi>}
              <span class="tag">{words.states[request.state]}</span>
              <time class="quiet" dateTime={request.createdAt}>
                {format.format(new Date(request.createdAt))}
              </time>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
