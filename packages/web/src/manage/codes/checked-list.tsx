import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { formatClock, localeOf } from "../../shared/time-span.ts";
import { Icon } from "../../components/icon.tsx";
import * as icons from "../../components/icons.ts";
import type { ManagedTable } from "../floor/read-floor.ts";
import { rowOf, useHeldRows } from "../../touch/use-held-rows.ts";
import { Part } from "../shared/part.tsx";

/** Which tables have the right code on them: scanned by a phone that is signed in here. */
export function CheckedList({ tables }: { readonly tables: readonly ManagedTable[] }) {
  const { codes, common, code } = useOfficeTexts();
  const rows = useHeldRows(tables, ({ id }) => id);
  if (rows.length === 0) return null;
  const done = tables.filter(({ checkedAt }) => checkedAt !== undefined).length;
  const day = (at: string) =>
    new Intl.DateTimeFormat(localeOf(code), {
      day: "numeric",
      month: "short",
    }).format(new Date(at));
  return (
    <Part title={codes.check} hint={codes.checkHint}>
      <p role="status">{codes.checkedOf(String(done), String(tables.length))}</p>
      <ul class="rows checked" data-testid="checked">
        {rows.map((row) => {
          const { id, label, checkedAt } = row.item;
          return (
            <li key={id} {...rowOf(row)}>
              <bdi class="row-title">{common.table(label)}</bdi>
              {checkedAt === undefined ? (
                <span class="tag">{codes.notChecked}</span>
              ) : (
                <span class="tag good">
                  <Icon path={icons.check} />
                  {codes.checkedAt(`${day(checkedAt)} ${formatClock(checkedAt, code)}`)}
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </Part>
  );
}
