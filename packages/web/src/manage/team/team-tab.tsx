import { useCallback, useState } from "preact/hooks";
import { dutyWords } from "../../duty/duty-words.ts";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { useIsolate } from "../../i18n/use-texts.ts";
import { CheckField } from "../shared/field.tsx";
import { Loading } from "../shared/loading.tsx";
import type { ManageApi } from "../../shared/manage-api.ts";
import { useManage } from "../shared/manage-context.ts";
import { focusHeading, Part } from "../shared/part.tsx";
import { ProblemNote } from "../shared/problem-note.tsx";
import { useChange } from "../shared/use-change.ts";
import { useResource } from "../shared/use-resource.ts";
import { AddPerson } from "./add-person.tsx";
import { InvitationSheet } from "./invitation-sheet.tsx";
import { invite, type Invitation, type Person } from "./people.ts";
import { PeopleList } from "./people-list.tsx";
import { PersonSheet } from "./person-sheet.tsx";
import { readTeam, teamEvents } from "./read-team.ts";

const headingId = "team-heading";

/** People: added, invited by a code on this screen, changed, signed out, deactivated. */
export function TeamTab() {
  const { team, office, duty } = useOfficeTexts();
  const isolate = useIsolate();
  const { api } = useManage();
  const [former, setFormer] = useState(false);
  const read = useCallback((from: ManageApi) => readTeam(from, former), [former]);
  const { value, failed, refresh } = useResource(read, teamEvents);
  const inviting = useChange();
  const [shown, setShown] = useState<string>();
  const [invitation, setInvitation] = useState<Invitation>();
  if (value === undefined) return <Loading failed={failed} />;

  const { people, onDuty } = value;
  const places = { ...value.places, everything: duty.everything, isolate, comma: duty.comma };
  const dutyOf = new Map(onDuty.map((one) => [one.staff.id, dutyWords(one, places)]));
  const show = (person: Person) =>
    inviting.change(async () => setInvitation(await invite(api, person)));
  const person = people.find(({ id }) => id === shown);
  return (
    <Part title={team.title} id={headingId} hint={team.hint} busy={inviting.busy}>
      <AddPerson
        onAdded={async (added) => {
          await show(added);
          await refresh();
        }}
      />
      <ProblemNote problem={inviting.problem} />
      <PeopleList
        people={people}
        dutyOf={dutyOf}
        busy={inviting.busy}
        onOpen={setShown}
        onInvite={show}
      />
      <CheckField label={team.showFormer} checked={former} onChecked={setFormer} />
      {person !== undefined && (
        <PersonSheet
          person={person}
          onChanged={refresh}
          onInvite={() => {
            setShown(undefined);
            void show(person);
          }}
          onClose={(isGone = false) => {
            setShown(undefined);
            if (isGone) focusHeading(headingId);
          }}
        />
      )}
      {invitation !== undefined && (
        <InvitationSheet
          invitation={invitation}
          onClose={() => {
            setInvitation(undefined);
            void refresh();
          }}
        />
      )}
      <span class="spoken" role="status">
        {inviting.busy ? office.busy : ""}
      </span>
    </Part>
  );
}
