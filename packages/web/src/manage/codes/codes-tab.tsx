import type { Settings } from "@waiter/client";
import { useState } from "preact/hooks";
import { plural } from "../../i18n/messages.ts";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { readFloor, floorEvents } from "../floor/read-floor.ts";
import { SelectField } from "../shared/field.tsx";
import { Loading } from "../shared/loading.tsx";
import type { ManageApi } from "../../shared/manage-api.ts";
import { useManage } from "../shared/manage-context.ts";
import { Part } from "../shared/part.tsx";
import { useResource } from "../shared/use-resource.ts";
import "./codes.css";
import { CheckedList } from "./checked-list.tsx";
import { CodeSheets, type Layout, type Paper } from "./code-sheets.tsx";
import { notePrinted } from "./note-printed.ts";

async function readCodes(api: ManageApi) {
  const [floor, { settings }] = await Promise.all([
    readFloor(api),
    api.call<{ settings: Settings }>("GET", "/api/settings"),
  ]);
  return { floor, settings };
}
const kinds = [...floorEvents, "settings."];

/** The codes to print, on cards or small ones on a sheet, and which of them were checked. */
export function CodesTab() {
  const { codes, floor: floorWords, code } = useOfficeTexts();
  const { api } = useManage();
  const { value, failed, refresh } = useResource(readCodes, kinds);
  const [layout, setLayout] = useState<Layout>("large");
  const [paper, setPaper] = useState<Paper>(() =>
    /-(?:US|CA|MX)$/u.test(navigator.language) ? "letter" : "A4",
  );
  const [chosen, setChosen] = useState("all");
  if (value === undefined) return <Loading failed={failed} />;

  const { floor, settings } = value;
  const tables = floor.tables.filter(
    (table) =>
      chosen === "all" ||
      (chosen === "unchecked" ? table.checkedAt === undefined : table.zoneId === chosen),
  );
  const print = () => {
    window.print();
    void notePrinted(api, settings).then(refresh, () => undefined);
  };
  return (
    <>
      <Part title={codes.title} hint={floor.tables.length === 0 ? floorWords.empty : codes.hint}>
        <div class="form-row codes-choice">
          <SelectField
            label={codes.tables}
            value={chosen}
            options={[
              ["all", codes.allTables],
              ["unchecked", codes.unchecked],
              ...floor.zones.map(({ id, name }) => [id, name] as const),
            ]}
            onValue={setChosen}
          />
          <SelectField<Layout>
            label={codes.layout}
            value={layout}
            options={[
              ["large", codes.cards],
              ["small", codes.sheet],
            ]}
            onValue={setLayout}
          />
          <SelectField<Paper>
            label={codes.paper}
            value={paper}
            options={[
              ["A4", codes.a4],
              ["letter", codes.letter],
            ]}
            onValue={setPaper}
          />
          <button
            type="button"
            class="button primary"
            disabled={tables.length === 0}
            onClick={print}
          >
            {codes.print}
          </button>
        </div>
        <p class="quiet">{plural(code, floorWords.count, tables.length)}</p>
      </Part>
      <CheckedList tables={floor.tables} />
      <CodeSheets tables={tables} settings={settings} layout={layout} paper={paper} />
    </>
  );
}
