import type { Role, StaffMember } from "@waiter/client";
import { useCallback, useState } from "preact/hooks";
import { Sheet } from "../components/sheet.tsx";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { useIsolate } from "../i18n/use-texts.ts";
import type { ManageApi } from "./manage-api.ts";
import { useList } from "./use-list.ts";

type Person = StaffMember & { readonly active: boolean };
interface Invitation {
  readonly person: string;
  readonly url: string;
  readonly qrSvg: string;
}
export interface TeamTabProps {
  readonly api: ManageApi;
  readonly isOwner: boolean;
}

/** People: added, invited by a code on this screen, signed out, deactivated. */
export function TeamTab({ api, isOwner }: TeamTabProps) {
  const { manage, guest } = useStaffTexts();
  const isolate = useIsolate();
  const read = useCallback(
    async () => (await api.call<{ staff: Person[] }>("GET", "/api/staff")).staff,
    [api],
  );
  const { value: people, problem, busy, change } = useList(read);
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("waiter");
  const [shown, setShown] = useState<Invitation>();
  const roles: readonly Role[] = isOwner
    ? ["waiter", "screen", "manager", "owner"]
    : ["waiter", "screen"];

  const invite = async (person: { readonly id: string; readonly name: string }) => {
    const path = `/api/staff/${person.id}/invitation`;
    const made = await api.call<{ url: string; qrSvg: string }>("POST", path, {});
    setShown({ person: person.name, ...made });
  };
  const add = async () => {
    const wanted = name.trim();
    if (wanted === "") return;
    const isMade = await change(async () => {
      const { staff } = await api.call<{ staff: Person }>("POST", "/api/staff", {
        name: wanted,
        role,
      });
      await invite(staff);
    });
    if (isMade) setName("");
  };
  const deactivate = (person: Person) => {
    if (!confirm(manage.deactivateAsk(isolate(person.name)))) return;
    const body = { active: false, version: person.version };
    void change(() => api.call("PATCH", `/api/staff/${person.id}`, body));
  };

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
          <label for="person">{manage.personName}</label>
          <input
            id="person"
            maxLength={100}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </div>
        <div class="field">
          <label for="role">{manage.role}</label>
          <select
            id="role"
            value={role}
            onChange={(event) => setRole(event.currentTarget.value as Role)}
          >
            {roles.map((one) => (
              <option key={one} value={one}>
                {manage.roles[one]}
              </option>
            ))}
          </select>
        </div>
        <button type="submit" class="button primary" disabled={busy}>
          {manage.addPerson}
        </button>
      </form>
      <p class="problem" role="alert">
        {problem}
      </p>
      <ul class="manage-list">
        {people?.map((person) => (
          <li key={person.id}>
            <span>
              <bdi>{person.name}</bdi> <small class="tag">{manage.roles[person.role]}</small>
            </span>
            <button
              type="button"
              class="button small"
              onClick={() => void change(() => invite(person))}
            >
              {manage.invite}
            </button>
            <button type="button" class="button small" onClick={() => deactivate(person)}>
              {manage.deactivate}
            </button>
          </li>
        ))}
      </ul>
      {shown !== undefined && (
        <Sheet
          title={manage.invitationFor(isolate(shown.person))}
          onClose={() => setShown(undefined)}
        >
          <img
            class="invitation"
            src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(shown.qrSvg)}`}
            alt={manage.invitationFor(shown.person)}
          />
          <p>{manage.invitationHint}</p>
          <p class="code-url" dir="ltr">
            {shown.url}
          </p>
          <button
            type="button"
            class="button wide"
            onClick={() => void navigator.clipboard.writeText(shown.url)}
          >
            {guest.copy}
          </button>
        </Sheet>
      )}
    </section>
  );
}
