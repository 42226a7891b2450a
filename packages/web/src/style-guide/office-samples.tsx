import { useState } from "preact/hooks";
import { plural } from "../i18n/messages.ts";
import { useOfficeTexts } from "../i18n/office-texts.ts";
import { ConfirmButton } from "../manage/shared/confirm-button.tsx";
import { CheckField, SelectField, TextField } from "../manage/shared/field.tsx";
import { Loading } from "../manage/shared/loading.tsx";
import { Part } from "../manage/shared/part.tsx";
import { ProblemNote } from "../manage/shared/problem-note.tsx";
import { TabBar } from "../manage/tab-bar.tsx";
import { tabs } from "../manage/tabs.ts";
import { SampleSettings } from "./setting-samples.tsx";
import "../styles/confirm.css";
import "../manage/manage.css";

const ignore = () => undefined;

/** What the parts of /manage are made of, each in its states. */
export function SampleOffice() {
  const { office, common, floor, problems, types, code } = useOfficeTexts();
  const [name, setName] = useState(common.table("1"));
  const [isChecked, setChecked] = useState(true);
  const conflict = {
    code: "conflict",
    text: problems.conflict,
    fields: new Map<string, string>(),
    details: {},
  };
  return (
    <section aria-labelledby="office">
      <h2 id="office">{office.title}</h2>
      <TabBar tabs={tabs} current="floor" />
      <Part
        title={floor.title}
        hint={floor.hint}
        actions={
          <button type="button" class="button small">
            {floor.printCodes}
          </button>
        }
      >
        <ul class="rows">
          <li>
            <button type="button" class="row-main">
              <bdi class="row-title">{common.table("1")}</bdi>
            </button>
          </li>
          <li>
            <button type="button" class="row-main">
              <bdi class="row-title">{common.table("2")}</bdi>
              <span class="tag alarm">{floor.muted}</span>
            </button>
          </li>
          <li class="is-held">
            <button type="button" class="row-main">
              <bdi class="row-title">{floor.zone}</bdi>
              <span class="tag">{plural(code, floor.count, 3)}</span>
            </button>
          </li>
        </ul>
        <div class="form-row">
          <TextField label={floor.name} value={name} maxLength={50} onValue={setName} />
          <TextField
            label={floor.newTables}
            value={name}
            error={problems.label_taken(name)}
            onValue={setName}
          />
          <SelectField
            label={floor.zone}
            value=""
            options={[["", floor.noZone]]}
            hint={floor.zonesHint}
            onValue={ignore}
          />
        </div>
        <CheckField label={types.asksPayment} checked={isChecked} onChecked={setChecked} />
        <ProblemNote problem={conflict}>
          <p>{office.saveAgain}</p>
        </ProblemNote>
        <Loading failed={false} />
        <Loading failed />
        <div>
          <ConfirmButton
            label={floor.remove}
            question={floor.removeAsk(common.table("2"))}
            onConfirm={ignore}
          />
        </div>
      </Part>
      <SampleSettings />
    </section>
  );
}
