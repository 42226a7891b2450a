import type { Role } from "@waiter/client";
import { useState } from "preact/hooks";
import { Sheet } from "../../components/sheet.tsx";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { useIsolate } from "../../i18n/use-texts.ts";
import { ConflictNote, type ShownField } from "../shared/changed-fields.tsx";
import { ConfirmButton } from "../shared/confirm-button.tsx";
import { SelectField, TextField } from "../shared/field.tsx";
import { mayManage } from "../shared/is-allowed.ts";
import { useManage } from "../shared/manage-context.ts";
import { useChange } from "../shared/use-change.ts";
import { Devices } from "./devices.tsx";
import { OwnPassword } from "./own-password.tsx";
import type { Person } from "./people.ts";

const roles: readonly Role[] = ["waiter", "screen", "manager", "owner"];

export interface PersonSheetProps {
  readonly person: Person;
  readonly onChanged: () => Promise<void>;
  readonly onInvite: () => void;
  readonly onClose: (isGone?: boolean) => void;
}

/** One person: names, address, role, devices, and whether they work here. */
export function PersonSheet({ person, onChanged, onInvite, onClose }: PersonSheetProps) {
  const { team, office } = useOfficeTexts();
  const { api, say, role: own, me } = useManage();
  const isolate = useIsolate();
  const saving = useChange();
  const ending = useChange();
  const [before, setBefore] = useState(person);
  const [now, setNow] = useState<Person>();
  const [name, setName] = useState(person.name);
  const [guestName, setGuestName] = useState(person.guestName ?? "");
  const [email, setEmail] = useState(person.email ?? "");
  const [role, setRole] = useState(person.role);
  const mayEdit = mayManage(own, person.role);
  const path = `/api/staff/${person.id}`;
  const shown = (one: Person): ShownField[] => [
    { label: team.name, value: one.name },
    { label: team.guestName, value: one.guestName ?? "" },
    { label: team.email, value: one.email ?? "" },
    { label: team.role, value: team.roles[one.role] },
    { label: team.works, value: one.active ? office.yes : office.no },
  ];
  const patch = (body: object) => async () => {
    try {
      await api.call("PATCH", path, { ...body, version: (now ?? before).version });
    } catch (error) {
      const { staff } = (error as { problem?: { staff?: Person } }).problem ?? {};
      if (now !== undefined) setBefore(now);
      if (staff !== undefined) setNow(staff);
      throw error;
    }
  };

  const save = async () => {
    const optional = (text: string) => (text.trim() === "" ? null : text.trim());
    const body = {
      name: name.trim(),
      guestName: optional(guestName),
      email: optional(email),
      ...(role !== person.role && { role }),
    };
    const isSaved = await saving.change(patch(body));
    await onChanged();
    if (!isSaved) return;
    say(office.saved);
    onClose();
  };
  const setActive = async (active: boolean) => {
    if (!(await ending.change(patch({ active })))) return;
    onClose(!active);
    await onChanged();
  };
  return (
    <Sheet title={before.name} onClose={() => onClose()}>
      {mayEdit && (
        <form
          class="stack"
          aria-busy={saving.busy}
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <TextField label={team.name} value={name} maxLength={100} required onValue={setName} />
          <TextField
            label={team.guestName}
            hint={team.guestNameHint}
            value={guestName}
            maxLength={100}
            onValue={setGuestName}
          />
          <TextField
            label={team.email}
            hint={team.emailHint}
            error={saving.problem?.fields.get("email")}
            type="email"
            value={email}
            maxLength={254}
            more={{ dir: "ltr" }}
            onValue={setEmail}
          />
          <SelectField<Role>
            label={team.role}
            hint={team.roleHint}
            value={role}
            options={roles
              .filter((each) => mayManage(own, each))
              .map((each) => [each, team.roles[each]])}
            onValue={setRole}
          />
          <ConflictNote problem={saving.problem} before={shown(before)} after={now && shown(now)} />
          <button type="submit" class="button primary" disabled={saving.busy}>
            {office.save}
          </button>
        </form>
      )}
      {!mayEdit && <p class="quiet">{team.ownersOnly}</p>}
      {person.id === me.id && <OwnPassword />}
      {person.active && (mayEdit || person.id === me.id) && <Devices person={person} />}
      {mayEdit && (
        <div class="stack ruled">
          {person.active ? (
            <>
              <button type="button" class="button" onClick={onInvite}>
                {team.inviteDevice}
              </button>
              <ConfirmButton
                label={team.deactivate}
                question={team.deactivateAsk(isolate(person.name))}
                busy={ending.busy}
                onConfirm={() => void setActive(false)}
              />
            </>
          ) : (
            <button
              type="button"
              class="button"
              disabled={ending.busy}
              onClick={() => void setActive(true)}
            >
              {team.activate}
            </button>
          )}
          <ConflictNote problem={ending.problem} before={shown(before)} after={now && shown(now)} />
        </div>
      )}
    </Sheet>
  );
}
