import { useState } from "preact/hooks";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import type { Given } from "./use-invitation.ts";

/** One tap joins. A name for the device and a password are there for who wants them. */
export function JoinForm({
  busy,
  onJoin,
}: {
  readonly busy: boolean;
  readonly onJoin: (given: Given) => void;
}) {
  const { join: words, login } = useStaffTexts();
  const [password, setPassword] = useState("");
  const [deviceName, setDeviceName] = useState("");
  return (
    <form
      class="join-form"
      // A browser refuses a short password without a word while its field is folded away.
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) onJoin({ password, deviceName: deviceName.trim() });
      }}
    >
      <button type="submit" class="button primary wide" aria-busy={busy}>
        {busy ? login.busy : words.submit}
      </button>
      <details>
        <summary class="button quiet">{words.options}</summary>
        <div class="field">
          <label for="device">{words.device}</label>
          <input
            id="device"
            type="text"
            dir="auto"
            maxLength={100}
            autocomplete="off"
            value={deviceName}
            onInput={(event) => setDeviceName(event.currentTarget.value)}
          />
        </div>
        <div class="field">
          <label for="password">{words.password}</label>
          <input
            id="password"
            type="password"
            maxLength={200}
            autocomplete="new-password"
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </div>
      </details>
    </form>
  );
}
