import { useRef, useState } from "preact/hooks";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { useManage } from "../shared/manage-context.ts";
import { ProblemNote } from "../shared/problem-note.tsx";
import { useChange } from "../shared/use-change.ts";
import { prepareLogo } from "./prepare-logo.ts";
import type { CardProps } from "./card-props.ts";

/** The logo: shown as guests see it, replaced or removed at once. */
export function LogoField({ settings, refresh }: CardProps) {
  const { look: words, office } = useOfficeTexts();
  const { api, say } = useManage();
  const { busy, problem, change } = useChange();
  const input = useRef<HTMLInputElement>(null);
  const [fault, setFault] = useState("");

  const upload = async (file: File) => {
    setFault("");
    const prepared = await prepareLogo(file);
    if (typeof prepared === "string") {
      setFault(words.faults[prepared]);
      return;
    }
    const { image } = prepared;
    if (await change(() => api.call("PUT", "/api/settings/logo", { image }))) say(office.saved);
    await refresh();
  };
  const remove = async () => {
    if (await change(() => api.call("DELETE", "/api/settings/logo"))) say(office.saved);
    await refresh();
    input.current?.focus();
  };
  return (
    <div class="logo" aria-busy={busy}>
      {settings.logoUrl !== null && <img src={settings.logoUrl} alt={words.logo} />}
      <div class="field">
        <label for="logo-file">{words.logo}</label>
        <input
          ref={input}
          id="logo-file"
          type="file"
          accept="image/png,image/jpeg,image/webp"
          disabled={busy}
          aria-describedby="logo-hint"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            event.currentTarget.value = "";
            if (file !== undefined) void upload(file);
          }}
        />
        <p id="logo-hint" class="quiet">
          {words.logoHint}
        </p>
      </div>
      <p class="field-error" role="alert">
        {fault}
      </p>
      <ProblemNote problem={problem} />
      {settings.logoUrl !== null && (
        <button type="button" class="button small" disabled={busy} onClick={() => void remove()}>
          {words.removeLogo}
        </button>
      )}
    </div>
  );
}
