import type { StaffClient } from "@waiter/client";
import { useState } from "preact/hooks";
import { Sheet } from "../components/sheet.tsx";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { useIsolate } from "../i18n/use-texts.ts";
import { dutyWords } from "./duty-words.ts";
import { isEmptyChoice, joinChoices, knownChoice, type DutyChoice } from "./duty-choice.ts";
import type { OwnDuty } from "./use-duty.ts";

export interface DutySheetProps {
  readonly client: StaffClient;
  readonly duty: OwnDuty;
  readonly onClose: () => void;
}

/** Everything, or zones and tables; who else is on duty, and taking over what they have. */
export function DutySheet({ client, duty, onClose }: DutySheetProps) {
  const { duty: texts, common } = useStaffTexts();
  const isolate = useIsolate();
  const { tables, zones } = client;
  const { mine, onDuty, busy } = duty;
  const [picked, setPicked] = useState<DutyChoice>(
    mine === undefined || mine.tables === "all"
      ? { tables: [], zones: [] }
      : knownChoice(mine, client),
  );
  // A table may be retired while the sheet is open.
  const choice = knownChoice(picked, client);
  const places = { tables, zones, everything: texts.everything, isolate, comma: texts.comma };
  const others = onDuty.filter(({ staff }) => staff.id !== mine?.staff.id);
  const start = async (wanted: DutyChoice) => {
    if (await duty.start(wanted)) onClose();
  };
  const end = async () => {
    if (await duty.end()) onClose();
  };
  const chosen = choice.tables === "all" ? [] : choice.tables;
  return (
    <Sheet title={texts.title} onClose={onClose}>
      <button
        type="button"
        class="button primary wide"
        disabled={busy}
        onClick={() => void start({ tables: "all", zones: [] })}
      >
        {texts.start(texts.everything)}
      </button>
      {zones.length > 0 && (
        <Chips
          title={texts.zones}
          items={zones.map(({ id, name }) => ({ id, label: name }))}
          chosen={choice.zones}
          onChange={(ids) => setPicked({ ...choice, zones: ids })}
        />
      )}
      <Chips
        title={texts.tables}
        items={tables.map(({ id, label }) => ({ id, label }))}
        chosen={chosen}
        onChange={(ids) => setPicked({ ...choice, tables: ids })}
      />
      <button
        type="button"
        class="button wide"
        disabled={busy || isEmptyChoice(choice)}
        onClick={() => void start(choice)}
      >
        {texts.startChosen}
      </button>
      {others.length > 0 && (
        <section class="menu-part">
          <h3>{texts.others}</h3>
          {others.map((other) => (
            <div key={other.staff.id} class="row">
              <p class="grow">{texts.has(isolate(other.staff.name), dutyWords(other, places))}</p>
              <button
                type="button"
                class="button small"
                disabled={busy || isEmptyChoice(knownChoice(other, client))}
                aria-label={texts.takeOverFrom(isolate(other.staff.name))}
                onClick={() => void start(knownChoice(joinChoices(mine, other), client))}
              >
                {texts.takeOver}
              </button>
            </div>
          ))}
        </section>
      )}
      {mine !== undefined && (
        <button type="button" class="button wide" disabled={busy} onClick={() => void end()}>
          {texts.end}
        </button>
      )}
      <button type="button" class="button quiet wide" onClick={onClose}>
        {common.back}
      </button>
    </Sheet>
  );
}

interface ChipsProps {
  readonly title: string;
  readonly items: readonly { readonly id: string; readonly label: string }[];
  readonly chosen: readonly string[];
  readonly onChange: (ids: readonly string[]) => void;
}

const Chips = ({ title, items, chosen, onChange }: ChipsProps) => (
  <fieldset class="menu-part">
    <legend>{title}</legend>
    <div class="chips">
      {items.map(({ id, label }) => {
        const isChosen = chosen.includes(id);
        return (
          <button
            key={id}
            type="button"
            class="chip"
            aria-pressed={isChosen}
            onClick={() =>
              onChange(isChosen ? chosen.filter((each) => each !== id) : [...chosen, id])
            }
          >
            <bdi>{label}</bdi>
          </button>
        );
      })}
    </div>
  </fieldset>
);
