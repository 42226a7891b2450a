import type { Table } from "@waiter/client";
import { useCallback, useState } from "preact/hooks";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { useIsolate } from "../i18n/use-texts.ts";
import type { ManageApi } from "./manage-api.ts";
import { parseLabels } from "./parse-labels.ts";
import { PrintCodes } from "./print-codes.tsx";
import { useList } from "./use-list.ts";

export type ManagedTable = Table & { readonly guestUrl?: string };

/** Every page of the list. */
async function readTables(api: ManageApi): Promise<ManagedTable[]> {
  const tables: ManagedTable[] = [];
  let cursor: string | undefined;
  do {
    const path = `/api/tables?limit=1000${cursor === undefined ? "" : `&cursor=${cursor}`}`;
    const page = await api.call<{ tables: ManagedTable[]; nextCursor?: string }>("GET", path);
    tables.push(...page.tables);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return tables;
}

/** Tables: made singly or in bulk, renamed, given a new code, retired; and their codes to print. */
export function FloorTab({ api }: { readonly api: ManageApi }) {
  const { manage } = useStaffTexts();
  const isolate = useIsolate();
  const read = useCallback(() => readTables(api), [api]);
  const { value: tables, problem, busy, change } = useList(read);
  const [labels, setLabels] = useState("");
  const [printing, setPrinting] = useState(false);

  const add = async () => {
    const wanted = parseLabels(labels);
    if (wanted.length === 0) return;
    if (await change(() => api.call("POST", "/api/tables", { labels: wanted }))) setLabels("");
  };
  const rename = (table: ManagedTable) => {
    const label = prompt(manage.renameTable, table.label)?.trim();
    if (label === undefined || label === "" || label === table.label) return;
    const path = `/api/tables/${table.id}`;
    void change(() => api.call("PATCH", path, { label, version: table.version }));
  };
  const ask = (question: string, work: () => Promise<unknown>) => {
    if (confirm(question)) void change(work);
  };

  if (printing && tables !== undefined)
    return <PrintCodes api={api} tables={tables} onClose={() => setPrinting(false)} />;
  return (
    <section class="manage-part" aria-busy={busy}>
      <form
        class="manage-form"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <div class="field">
          <label for="labels">{manage.newTables}</label>
          <input
            id="labels"
            placeholder="1 – 12"
            value={labels}
            onInput={(event) => setLabels(event.currentTarget.value)}
          />
        </div>
        <button type="submit" class="button primary" disabled={busy}>
          {manage.add}
        </button>
      </form>
      <p class="problem" role="alert">
        {problem}
      </p>
      {tables !== undefined && tables.length > 0 && (
        <button type="button" class="button" onClick={() => setPrinting(true)}>
          {manage.printCodes}
        </button>
      )}
      <ul class="manage-list">
        {tables?.map((table) => (
          <li key={table.id}>
            <bdi>{table.label}</bdi>
            <a
              class="button small quiet"
              href={table.guestUrl ?? "#"}
              target="_blank"
              rel="noreferrer"
            >
              {manage.guestLink}
            </a>
            <button type="button" class="button small" onClick={() => rename(table)}>
              {manage.rename}
            </button>
            <button
              type="button"
              class="button small"
              onClick={() =>
                ask(manage.newCodeAsk(isolate(table.label)), () =>
                  api.call("POST", `/api/tables/${table.id}/rotate-token`, {}),
                )
              }
            >
              {manage.newCode}
            </button>
            <button
              type="button"
              class="button small"
              onClick={() =>
                ask(manage.retireAsk(isolate(table.label)), () =>
                  api.call("DELETE", `/api/tables/${table.id}`),
                )
              }
            >
              {manage.retire}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
