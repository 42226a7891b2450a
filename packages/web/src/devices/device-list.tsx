import { ConfirmButton } from "../components/confirm-button.tsx";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { useIsolate } from "../i18n/use-texts.ts";
import { localeOf } from "../shared/time-span.ts";
import { rowOf, useHeldRows } from "../touch/use-held-rows.ts";

/** A device that is signed in, as the api lists it. */
export interface Device {
  readonly id: string;
  /** What its person calls it, else the browser and the system that it said it has. */
  readonly name?: string;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  readonly current: boolean;
}
export interface DeviceListProps {
  /** Whose devices they are. */
  readonly name: string;
  readonly devices: readonly Device[];
  readonly busy: boolean;
  /** One device ends, or all of them. */
  readonly onEnd: (device: Device | "all") => void;
}

/** Devices with when they were last used, and a button that signs each out after a question. */
export function DeviceList({ name: owner, devices, busy, onEnd }: DeviceListProps) {
  const { devices: texts, code } = useStaffTexts();
  const isolate = useIsolate();
  const format = new Intl.DateTimeFormat(localeOf(code), {
    dateStyle: "medium",
    timeStyle: "short",
  });
  const rows = useHeldRows(devices, ({ id }) => id);
  if (rows.length === 0) return <p class="quiet">{texts.none}</p>;
  return (
    <>
      <ul class="devices" data-testid="devices">
        {rows.map((row) => {
          const device = row.item;
          const name = device.name ?? texts.unnamed(format.format(new Date(device.createdAt)));
          return (
            <li key={device.id} {...rowOf(row, "device")}>
              <span class="device-name">
                <bdi>{name}</bdi>
                <span class="quiet">
                  {texts.lastUsed(format.format(new Date(device.lastUsedAt)))}
                </span>
                {device.current && <span class="tag good">{texts.current}</span>}
              </span>
              <ConfirmButton
                label={texts.signOut}
                question={device.current ? texts.signOutHereAsk : texts.signOutAsk(isolate(name))}
                keep={texts.keep}
                busy={busy}
                onConfirm={() => onEnd(device)}
              />
            </li>
          );
        })}
      </ul>
      {rows.length > 1 && (
        <ConfirmButton
          label={texts.signOutAll}
          question={texts.signOutAllAsk(isolate(owner))}
          keep={texts.keep}
          busy={busy}
          onConfirm={() => onEnd("all")}
        />
      )}
    </>
  );
}
