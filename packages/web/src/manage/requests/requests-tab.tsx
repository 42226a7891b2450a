import type { Request } from "@waiter/client";
import { useState } from "preact/hooks";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { Loading } from "../shared/loading.tsx";
import { useManage } from "../shared/manage-context.ts";
import { Part } from "../shared/part.tsx";
import { useResource } from "../shared/use-resource.ts";
import { DeadLetters } from "./dead-letters.tsx";
import { HistorySheet } from "./history-sheet.tsx";
import { readChoices } from "./read-choices.ts";
import { RequestRows } from "./request-rows.tsx";
import { emptySearch, type Search } from "./search.ts";
import { SearchForm } from "./search-form.tsx";
import { useSearch } from "./use-search.ts";

const kinds = ["table.", "request_type.", "staff.", "settings."];

/** Every request, open and closed, the newest first; each with what happened to it. */
export function RequestsTab() {
  const { requests: words, office } = useOfficeTexts();
  const { api } = useManage();
  const { value: choices, failed } = useResource(readChoices, kinds);
  const [search, setSearch] = useState<Search>(emptySearch);
  const found = useSearch(api, search);
  const [shown, setShown] = useState<Request>();
  if (choices === undefined) return <Loading failed={failed} />;
  return (
    <>
      <Part title={words.title} hint={words.hint} busy={found.busy}>
        <SearchForm choices={choices} search={search} onSearch={setSearch} />
        {(found.failed || found.rows === undefined) && <Loading failed={found.failed} />}
        {found.rows !== undefined && found.rows.length === 0 && (
          <p class="quiet" role="status">
            {words.none}
          </p>
        )}
        {found.rows !== undefined && (
          // The rows of another search have no place to keep.
          <RequestRows
            key={found.query}
            rows={found.rows}
            types={choices.types}
            onOpen={setShown}
          />
        )}
        {found.more !== undefined && (
          <button type="button" class="button" disabled={found.busy} onClick={found.more}>
            {office.more}
          </button>
        )}
        {shown !== undefined && (
          <HistorySheet request={shown} types={choices.types} onClose={() => setShown(undefined)} />
        )}
      </Part>
      <DeadLetters />
    </>
  );
}
