import type { StaffClient } from "@waiter/client";
import { Icon } from "../components/icon.tsx";
import * as icons from "../components/icons.ts";
import { LanguageMenu } from "../components/language-menu.tsx";
import { Sheet } from "../components/sheet.tsx";
import { plural } from "../i18n/messages.ts";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { useIsolate } from "../i18n/use-texts.ts";
import type { Alarm } from "./use-alarm.ts";
import type { BoardCommands } from "./use-board-commands.ts";

export interface BoardMenuProps {
  readonly client: StaffClient;
  readonly alarm: Alarm;
  readonly commands: BoardCommands;
  readonly onDevices: () => void;
  readonly onSignOut: () => void;
  readonly onClose: () => void;
}

/** What is needed now and then: undo, sound, who is there, language, other pages, sign out. */
export function BoardMenu({
  client,
  alarm,
  commands,
  onDevices,
  onSignOut,
  onClose,
}: BoardMenuProps) {
  const { board, code, devices, duty } = useStaffTexts();
  const isolate = useIsolate();
  const { session } = client;
  const online = client.staff
    .filter(({ id }) => client.online.has(id))
    .map(({ name }) => isolate(name));
  const isManager = session?.staff.role === "owner" || session?.staff.role === "manager";
  return (
    <Sheet title={session?.staff.name ?? board.menu} onClose={onClose}>
      <section class="menu-part">
        <h3>{board.lastThree}</h3>
        {commands.done.length === 0 && <p class="quiet">{board.nothingToUndo}</p>}
        {commands.done.map((done) => (
          <button
            key={`${done.id}/${done.at}`}
            type="button"
            class="button wide start"
            aria-label={board.undoOf(done.text)}
            onClick={() => commands.undo(done)}
          >
            <Icon path={icons.undo} /> <span dir="auto">{done.text}</span>
          </button>
        ))}
      </section>
      <SoundControls alarm={alarm} />
      <section class="menu-part">
        <p>
          {client.duty.length === 0
            ? duty.nobody
            : duty.onNames(client.duty.map(({ staff }) => isolate(staff.name)).join(duty.comma))}
        </p>
        <p>
          {online.length === 0
            ? plural(code, board.online, 0)
            : board.onlineNames(online.join(duty.comma))}
        </p>
        <LanguageMenu />
        <a class="button wide" href="/wall">
          <Icon path={icons.screen} /> {board.wall}
        </a>
        {isManager && (
          <a class="button wide" href="/manage">
            {board.manage}
          </a>
        )}
        <button type="button" class="button wide" onClick={onDevices}>
          {devices.mine}
        </button>
        <button type="button" class="button quiet wide" onClick={onSignOut}>
          {board.signOut}
        </button>
      </section>
    </Sheet>
  );
}

/** On or off, how loud, and a test. */
export function SoundControls({ alarm }: { readonly alarm: Alarm }) {
  const { sound } = useStaffTexts();
  const { settings, change, test } = alarm;
  return (
    <section class="menu-part">
      <h3>{sound.title}</h3>
      <label class="check">
        <input
          type="checkbox"
          checked={!settings.muted}
          onChange={(event) => change({ ...settings, muted: !event.currentTarget.checked })}
        />
        {sound.on}
      </label>
      <div class="field">
        <label for="volume">{sound.volume}</label>
        <input
          id="volume"
          type="range"
          min="10"
          max="100"
          step="10"
          value={Math.round(settings.volume * 100)}
          onChange={(event) =>
            change({ ...settings, volume: Number(event.currentTarget.value) / 100 })
          }
        />
      </div>
      <button type="button" class="button wide" onClick={test}>
        <Icon path={icons.bell} /> {sound.test}
      </button>
    </section>
  );
}
