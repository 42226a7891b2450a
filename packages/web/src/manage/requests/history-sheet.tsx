import type { Request, RequestType } from "@waiter/client";
import { useCallback } from "preact/hooks";
import { Note } from "../../components/note.tsx";
import { Sheet } from "../../components/sheet.tsx";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { labelOf } from "../../i18n/type-label.ts";
import { useIsolate } from "../../i18n/use-texts.ts";
import { localeOf } from "../../shared/time-span.ts";
import { Loading } from "../shared/loading.tsx";
import type { ManageApi } from "../../shared/manage-api.ts";
import { reasonText } from "../shared/reason-text.ts";
import { useResource } from "../shared/use-resource.ts";
import { describeEntry, type Entry } from "./describe-entry.ts";

const kinds = ["request."];

export interface HistorySheetProps {
  readonly request: Request;
  readonly types: readonly RequestType[];
  readonly onClose: () => void;
}

/** What happened to a request and whom it reached, the oldest first. */
export function HistorySheet({ request, types, onClose }: HistorySheetProps) {
  const texts = useOfficeTexts();
  const isolate = useIsolate();
  const { requests: words, common, code } = texts;
  const path = `/api/requests/${request.id}/history`;
  const read = useCallback(
    async (api: ManageApi) => (await api.call<{ entries: Entry[] }>("GET", path)).entries,
    [path],
  );
  const { value: entries, failed } = useResource(read, kinds);
  const type = types.find(({ key }) => key === request.type);
  const what = type === undefined ? request.type : labelOf(type, texts);
  const format = new Intl.DateTimeFormat(localeOf(code), {
    timeStyle: "medium",
  });
  const day = new Intl.DateTimeFormat(localeOf(code), {
    dateStyle: "long",
  });
  return (
    <Sheet
      title={`${isolate(common.table(request.table.label))} · ${isolate(what)}`}
      icon={type?.icon}
      onClose={onClose}
    >
      <p class="quiet">{day.format(new Date(request.createdAt))}</p>
      {request.note !== undefined && <Note text={request.note} />}
      {entries === undefined ? (
        <Loading failed={failed} />
      ) : (
        <ol class="history" data-testid="history" aria-label={words.history}>
          {entries.map((entry, index) => (
            <li key={index}>
              <time dateTime={entry.at}>{format.format(new Date(entry.at))}</time>
              <span>
                {describeEntry(entry, words, isolate)}
                {entry.reason !== undefined && (
                  <>
                    {" "}
                    <bdi class="quiet">{reasonText(entry.reason, texts)}</bdi>
                  </>
                )}
                {entry.channel === undefined && entry.device !== undefined && (
                  <>
                    {" · "}
                    <bdi class="quiet">{entry.device}</bdi>
                  </>
                )}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Sheet>
  );
}
