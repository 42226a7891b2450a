import { useCallback } from "preact/hooks";
import { DeviceList, type Device } from "../../devices/device-list.tsx";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import type { ManageApi } from "../../shared/manage-api.ts";
import { Loading } from "../shared/loading.tsx";
import { useManage } from "../shared/manage-context.ts";
import { ProblemNote } from "../shared/problem-note.tsx";
import { useChange } from "../shared/use-change.ts";
import { useResource } from "../shared/use-resource.ts";
import type { Person } from "./people.ts";

const kinds = ["staff."];

/** The devices that are signed in as a person, and their end: sockets close within seconds. */
export function Devices({ person }: { readonly person: Person }) {
  const { devices: texts } = useOfficeTexts();
  const { api, say, me, onEnded } = useManage();
  const { busy, problem, change } = useChange();
  const path = `/api/staff/${person.id}/devices`;
  const read = useCallback(
    async (from: ManageApi) => (await from.call<{ devices: Device[] }>("GET", path)).devices,
    [path],
  );
  const { value: devices, failed, refresh } = useResource(read, kinds);
  const end = async (device: Device | "all") => {
    const isOwn = device === "all" ? person.id === me.id : device.current;
    const target = device === "all" ? path : `${path}/${device.id}`;
    if (!(await change(() => api.call("DELETE", target)))) return;
    if (isOwn) return onEnded();
    say(texts.ended);
    await refresh();
  };
  return (
    <div class="stack ruled" aria-busy={busy}>
      <h3>{texts.title}</h3>
      {devices === undefined ? (
        <Loading failed={failed} />
      ) : (
        <DeviceList
          name={person.name}
          devices={devices}
          busy={busy}
          onEnd={(device) => void end(device)}
        />
      )}
      <ProblemNote problem={problem} />
    </div>
  );
}
