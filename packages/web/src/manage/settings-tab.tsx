import type { Settings } from "@waiter/client";
import { useCallback, useEffect, useState } from "preact/hooks";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import type { ManageApi } from "./manage-api.ts";
import { useList } from "./use-list.ts";

/** Name, time zone, colour and the guests' Wi-Fi. */
export function SettingsTab({ api }: { readonly api: ManageApi }) {
  const { manage } = useStaffTexts();
  const read = useCallback(
    async () => (await api.call<{ settings: Settings }>("GET", "/api/settings")).settings,
    [api],
  );
  const { value: settings, problem, busy, change } = useList(read);
  const [saved, setSaved] = useState(false);
  const [draft, setDraft] = useState({
    name: "",
    timeZone: "",
    accent: "",
    wifi: "",
    password: "",
  });
  useEffect(() => {
    if (settings === undefined) return;
    setDraft({
      name: settings.name,
      timeZone: settings.timeZone,
      accent: settings.accent ?? "",
      wifi: settings.wifi?.name ?? "",
      password: settings.wifi?.password ?? "",
    });
  }, [settings]);
  if (settings === undefined) return <p class="problem">{problem}</p>;

  const save = async () => {
    const { name, timeZone, accent, wifi, password } = draft;
    const network = { name: wifi, ...(password !== "" && { password }) };
    const body = {
      name,
      timeZone,
      accent: accent === "" ? null : accent,
      wifi: wifi === "" ? null : network,
      version: settings.version,
    };
    setSaved(await change(() => api.call("PATCH", "/api/settings", body)));
  };
  const field = (key: keyof typeof draft, label: string) => (
    <div class="field">
      <label for={`setting-${key}`}>{label}</label>
      <input
        id={`setting-${key}`}
        value={draft[key]}
        onInput={(event) => {
          setSaved(false);
          setDraft({ ...draft, [key]: event.currentTarget.value });
        }}
      />
    </div>
  );
  return (
    <form
      class="manage-part"
      aria-busy={busy}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {field("name", manage.restaurantName)}
      {field("timeZone", manage.timeZone)}
      {field("accent", manage.accent)}
      {field("wifi", manage.wifiName)}
      {field("password", manage.wifiPassword)}
      <p class="problem" role="alert">
        {problem}
      </p>
      <button type="submit" class="button primary" disabled={busy}>
        {manage.save}
      </button>
      <p role="status">{saved ? manage.saved : ""}</p>
    </form>
  );
}
