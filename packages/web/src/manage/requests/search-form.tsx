import type { RequestState } from "@waiter/client";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { labelOf } from "../../i18n/type-label.ts";
import { SelectField, TextField } from "../shared/field.tsx";
import type { Choices } from "./read-choices.ts";
import { emptySearch, lastDay, type Search } from "./search.ts";

export const states: readonly RequestState[] = [
  "new",
  "claimed",
  "completed",
  "cancelled",
  "dismissed",
  "expired",
];

export interface SearchFormProps {
  readonly choices: Choices;
  readonly search: Search;
  readonly onSearch: (search: Search) => void;
}

/** Narrows the list at once, with each choice. */
export function SearchForm({ choices, search, onSearch }: SearchFormProps) {
  const texts = useOfficeTexts();
  const { requests: words, common } = texts;
  const put = (fields: Partial<Search>) => onSearch({ ...search, ...fields });
  const isNarrow = JSON.stringify(search) !== JSON.stringify(emptySearch);
  return (
    <form class="form-row narrow" role="search" onSubmit={(event) => event.preventDefault()}>
      <TextField
        label={words.from}
        type="date"
        value={search.from}
        more={{ max: lastDay }}
        onValue={(from) => put({ from })}
      />
      <TextField
        label={words.to}
        type="date"
        value={search.to}
        more={{ max: lastDay }}
        onValue={(to) => put({ to })}
      />
      <SelectField
        label={words.table}
        value={search.table}
        options={[
          ["", words.all],
          ...choices.tables.map(({ id, label }) => [id, common.table(label)] as const),
        ]}
        onValue={(table) => put({ table })}
      />
      <SelectField
        label={words.type}
        value={search.type}
        options={[
          ["", words.all],
          ...choices.types.map((type) => [type.key, labelOf(type, texts)] as const),
        ]}
        onValue={(type) => put({ type })}
      />
      <SelectField
        label={words.state}
        value={search.state}
        options={[["", words.all], ...states.map((each) => [each, words.states[each]] as const)]}
        onValue={(state) => put({ state })}
      />
      {choices.staff.length > 0 && (
        <SelectField
          label={words.staff}
          value={search.staff}
          options={[["", words.all], ...choices.staff.map(({ id, name }) => [id, name] as const)]}
          onValue={(staff) => put({ staff })}
        />
      )}
      {isNarrow && (
        <button type="button" class="button" onClick={() => onSearch(emptySearch)}>
          {words.clear}
        </button>
      )}
    </form>
  );
}
