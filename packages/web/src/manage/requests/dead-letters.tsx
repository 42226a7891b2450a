import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { useIsolate } from "../../i18n/use-texts.ts";
import { formatPast } from "../../shared/time-span.ts";
import type { ManageApi } from "../../shared/manage-api.ts";
import { useManage } from "../shared/manage-context.ts";
import { rowOf, useHeldRows } from "../../touch/use-held-rows.ts";
import { Part } from "../shared/part.tsx";
import { ProblemNote } from "../shared/problem-note.tsx";
import { reasonText } from "../shared/reason-text.ts";
import { useChange } from "../shared/use-change.ts";
import { useResource } from "../shared/use-resource.ts";

/** A message whose sending failed for good. */
interface DeadLetter {
  readonly id: string;
  readonly table: string;
  readonly type: string;
  readonly requestState: string;
  readonly channel: string;
  readonly staff?: { readonly name: string };
  readonly reason?: string;
  readonly failedAt: string;
}
const read = async (api: ManageApi): Promise<readonly DeadLetter[]> =>
  (await api.call<{ deadLetters: DeadLetter[] }>("GET", "/api/dead-letters")).deadLetters;
const kinds = ["request."];

/** Messages that did not arrive, the newest first; those whose request waits can be sent again. */
export function DeadLetters() {
  const { value, refresh } = useResource(read, kinds);
  return value === undefined ? null : <Letters letters={value} refresh={refresh} />;
}

interface LettersProps {
  readonly letters: readonly DeadLetter[];
  readonly refresh: () => Promise<void>;
}

function Letters({ letters, refresh }: LettersProps) {
  const texts = useOfficeTexts();
  const isolate = useIsolate();
  const { requests: words, common, code } = texts;
  const { api, say } = useManage();
  const { busy, problem, change } = useChange();
  const rows = useHeldRows(letters, ({ id }) => id);
  if (rows.length === 0) return null;

  const replay = async (id: string) => {
    if (await change(() => api.call("POST", `/api/dead-letters/${id}/replay`, {})))
      say(words.replayed);
    await refresh();
  };
  const channels: Readonly<Record<string, string>> = words.channels;
  return (
    <Part title={words.letters} hint={words.lettersHint} busy={busy}>
      <ProblemNote problem={problem} />
      <ul class="rows" data-testid="dead-letters">
        {rows.map((row) => {
          const { id, table, channel, staff, reason, requestState, failedAt } = row.item;
          return (
            <li key={id} {...rowOf(row)}>
              <span class="row-title">
                <bdi>{common.table(table)}</bdi> {channels[channel] ?? channel}{" "}
                {staff !== undefined && <bdi>{staff.name}</bdi>}
                {reason !== undefined && <span class="quiet">{reasonText(reason, texts)}</span>}
              </span>
              <time class="quiet" dateTime={failedAt}>
                {formatPast(failedAt, Date.now(), code)}
              </time>
              {requestState === "new" && (
                <button
                  type="button"
                  class="button small"
                  aria-label={words.replayOf(isolate(common.table(table)))}
                  disabled={busy}
                  onClick={() => void replay(id)}
                >
                  {words.replay}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </Part>
  );
}
