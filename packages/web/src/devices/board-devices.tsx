import type { StaffClient } from "@waiter/client";
import { useCallback, useMemo, useState } from "preact/hooks";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { ManageApi, ManageError } from "../shared/manage-api.ts";
import { useReading } from "../shared/use-reading.ts";
import { DeviceList, type Device } from "./device-list.tsx";

export interface BoardDevicesProps {
  readonly client: StaffClient;
  /** This device is signed out, here or elsewhere. */
  readonly onSignOut: () => void;
}

/** The devices of the person who is signed in on a board or a wall, and their end. */
export function BoardDevices({ client, onSignOut }: BoardDevicesProps) {
  const { devices: texts, login, common } = useStaffTexts();
  const me = client.session?.staff;
  const api = useMemo(() => new ManageApi(client), [client]);
  const path = `/api/staff/${me?.id ?? ""}/devices`;
  const read = useCallback(
    async (from: ManageApi) => (await from.call<{ devices: Device[] }>("GET", path)).devices,
    [path],
  );
  const follow = useCallback(
    (listener: () => void) =>
      client.on("event", ({ type }) => {
        if (type.startsWith("staff.")) listener();
      }),
    [client],
  );
  const { value, failed, refresh } = useReading({ api, read, follow, onEnded: onSignOut });
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<"ended" | "refused">();

  const end = async (device: Device | "all") => {
    setBusy(true);
    setOutcome(undefined);
    try {
      await api.call("DELETE", device === "all" ? path : `${path}/${device.id}`);
      if (device === "all" || device.current) onSignOut();
      else {
        await refresh();
        setOutcome("ended");
      }
    } catch (error) {
      if (error instanceof ManageError && error.code === "unauthorized") onSignOut();
      else setOutcome("refused");
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class="own-devices" aria-busy={busy}>
      {value === undefined ? (
        <p role="status">{failed ? login.unreachable : common.loading}</p>
      ) : (
        <DeviceList
          name={me?.name ?? ""}
          devices={value}
          busy={busy}
          onEnd={(device) => void end(device)}
        />
      )}
      <p role="status">{outcome === "ended" ? texts.ended : ""}</p>
      <div role="alert">
        {outcome === "refused" && <p class="banner warn">{login.unreachable}</p>}
      </div>
    </section>
  );
}
