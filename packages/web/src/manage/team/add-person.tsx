import type { Role } from "@waiter/client";
import { useState } from "preact/hooks";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { SelectField, TextField } from "../shared/field.tsx";
import { mayManage } from "../shared/is-allowed.ts";
import { useManage } from "../shared/manage-context.ts";
import { ProblemNote } from "../shared/problem-note.tsx";
import { useChange } from "../shared/use-change.ts";
import type { Person } from "./people.ts";

const roles: readonly Role[] = ["waiter", "screen", "manager", "owner"];

/** A name and a role are enough: the person joins by the code that appears next. */
export function AddPerson({ onAdded }: { readonly onAdded: (person: Person) => Promise<void> }) {
  const { team } = useOfficeTexts();
  const { api, role: own } = useManage();
  const { busy, problem, change } = useChange();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("waiter");

  const add = async () => {
    const body = { name: name.trim(), role };
    if (body.name === "") return;
    let person: Person | undefined;
    await change(async () => {
      person = (await api.call<{ staff: Person }>("POST", "/api/staff", body)).staff;
    });
    if (person === undefined) return;
    setName((known) => (known === name ? "" : known));
    await onAdded(person);
  };
  return (
    <form
      class="form-row"
      aria-busy={busy}
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <TextField label={team.name} value={name} maxLength={100} onValue={setName} />
      <SelectField<Role>
        label={team.role}
        value={role}
        options={roles
          .filter((each) => mayManage(own, each))
          .map((each) => [each, team.roles[each]])}
        onValue={setRole}
      />
      <button type="submit" class="button primary" disabled={busy}>
        {team.add}
      </button>
      <ProblemNote problem={problem} />
    </form>
  );
}
