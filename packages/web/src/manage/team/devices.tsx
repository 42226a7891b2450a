import { useCallback } from "preact/hooks";
import { useOfficeTexts } from "../../i18n/office-texts.ts";
import { useIsolate } from "../../i18n/use-texts.ts";
import { localeOf } from "../../shared/time-span.ts";
import { ConfirmButton } from "../shared/confirm-button.tsx";
import { Loading } from "../shared/loading.tsx";
import type { ManageApi } from "../../shared/manage-api.ts";
import { useManage } from "../shared/manage-context.ts";
import { ProblemNote } from "../shared/problem-note.tsx";
import { useChange } from "../shared/use-change.ts";
import { useResource } from "../shared/use-resource.ts";
import type { Device, Person } from "./people.ts";

const kinds = ["staff."];

/** The devices that are signed in as a person, and their end: sockets close within seconds. */
export function Devices({ person }: { readonly person: Person }) {
  const { team, code } = useOfficeTexts();
  const isolate = useIsolate();
  const { api, say, me, onEnded } = useManage();
  const { busy, problem, change } = useChange();
  const path = `/api/staff/${person.id}/devices`;
  const read = useCallback(
    async (from: ManageApi) => (await from.call<{ devices: Device[] }>("GET", path)).devices,
    [path],
  );
  const { value: devices, failed, refresh } = useResource(read, kinds);
  const format = new Intl.DateTimeFormat(localeOf(code), {
    dateStyle: "medium",
    timeStyle: "short",
  });
  const end = async (target: string, isOwn: boolean) => {
    if (!(await change(() => api.call("DELETE", target)))) return;
    if (isOwn) return onEnded();
    say(team.ended);
    await refresh();
  };
  return (
    <div class="stack ruled" aria-busy={busy}>
      <h3>{team.devices}</h3>
      {devices === undefined ? (
        <Loading failed={failed} />
      ) : devices.length === 0 ? (
        <p class="quiet">{team.noDevices}</p>
      ) : (
        <ul class="rows" data-testid="devices">
          {devices.map(({ id, name, lastUsedAt, current }) => (
            <li key={id} class="device">
              <span class="row-title">
                <bdi>{name ?? team.device}</bdi>
                <span class="quiet">{team.lastUsed(format.format(new Date(lastUsedAt)))}</span>
                {current && <span class="tag good">{team.thisDevice}</span>}
              </span>
              <ConfirmButton
                label={team.signOut}
                question={
                  current ? team.signOutHereAsk : team.signOutAsk(isolate(name ?? team.device))
                }
                busy={busy}
                onConfirm={() => void end(`${path}/${id}`, current)}
              />
            </li>
          ))}
        </ul>
      )}
      {devices !== undefined && devices.length > 1 && (
        <ConfirmButton
          label={team.signOutAll}
          question={team.signOutAllAsk(isolate(person.name))}
          busy={busy}
          onConfirm={() => void end(path, person.id === me.id)}
        />
      )}
      <ProblemNote problem={problem} />
    </div>
  );
}
