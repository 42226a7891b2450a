import { useState } from "preact/hooks";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { TextField } from "../shared/field.tsx";
import { Loading } from "../shared/loading.tsx";
import type { ManageApi } from "../../shared/manage-api.ts";
import { useManage } from "../shared/manage-context.ts";
import { ProblemNote } from "../shared/problem-note.tsx";
import { useChange } from "../shared/use-change.ts";
import { useResource } from "../shared/use-resource.ts";

export interface Me {
  readonly id: string;
  readonly email?: string;
  readonly hasPassword: boolean;
}
export const readMe = async (api: ManageApi): Promise<Me> =>
  (await api.call<{ me: Me }>("GET", "/api/me")).me;
const kinds = ["staff."];

/** One's own password; the sign-in asks for it together with the e-mail address. */
export function OwnPassword({ onSet }: { readonly onSet?: () => void }) {
  const { team, office } = useOfficeTexts();
  const { api, say } = useManage();
  const { busy, problem, change } = useChange();
  const { value: me, failed, refresh } = useResource(readMe, kinds);
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  if (me === undefined) return <Loading failed={failed} />;

  const save = async () => {
    const body = { next, ...(me.hasPassword && { current }) };
    if (!(await change(() => api.call("POST", "/api/me/password", body)))) return;
    setCurrent("");
    setNext("");
    say(office.saved);
    await refresh();
    onSet?.();
  };
  return (
    <form
      class="stack ruled"
      aria-busy={busy}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h3>{team.password}</h3>
      {me.email === undefined && <p class="quiet">{team.passwordNeedsEmail}</p>}
      {me.hasPassword && (
        <TextField
          label={team.currentPassword}
          type="password"
          value={current}
          maxLength={200}
          required
          error={problem?.fields.get("current")}
          more={{ autocomplete: "current-password" }}
          onValue={setCurrent}
        />
      )}
      <TextField
        label={team.newPassword}
        hint={team.newPasswordHint}
        type="password"
        value={next}
        maxLength={200}
        required
        more={{ autocomplete: "new-password", minLength: 8 }}
        onValue={setNext}
      />
      <ProblemNote problem={problem} />
      <button type="submit" class="button" disabled={busy}>
        {me.hasPassword ? team.changePassword : team.setPassword}
      </button>
    </form>
  );
}
