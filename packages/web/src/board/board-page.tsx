import type { StaffClient } from "@waiter/client";
import type { Request } from "@waiter/contracts";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { Toasts } from "../components/toasts.tsx";
import { useToasts } from "../components/use-toasts.ts";
import { labelOf } from "../i18n/type-label.ts";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { useIsolate } from "../i18n/use-texts.ts";
import { formatSpan } from "../shared/time-span.ts";
import { useChanges } from "../shared/use-changes.ts";
import { useTick } from "../shared/use-tick.ts";
import { arrangeRequests } from "./arrange-requests.ts";
import { DevicesSheet } from "../devices/devices-sheet.tsx";
import { useBoardInvitations } from "../devices/use-board-invitations.ts";
import { DutyBar } from "../duty/duty-bar.tsx";
import { DutySheet } from "../duty/duty-sheet.tsx";
import { useDuty } from "../duty/use-duty.ts";
import { PushMark } from "../push/push-mark.tsx";
import { usePush } from "../push/use-push.ts";
import { usePushMessages } from "../push/use-push-messages.ts";
import { BoardHead } from "./board-head.tsx";
import { BoardMenu } from "./board-menu.tsx";
import { BoardNotices } from "./board-notices.tsx";
import { keepKnownBoard } from "./known-board.ts";
import { PeopleSheet } from "./people-sheet.tsx";
import { RequestList } from "./request-list.tsx";
import { ringingFor } from "./ringing.ts";
import { RequestMenu } from "./request-menu.tsx";
import { useActingPerson } from "./use-acting-person.ts";
import { useAlarm } from "./use-alarm.ts";
import { useAnnouncer } from "./use-announcer.ts";
import { useBoardCommands } from "./use-board-commands.ts";
import { useFilters } from "./use-filters.ts";
import { useOutcomes } from "./use-outcomes.ts";
import { useSeen } from "./use-seen.ts";
import { useTabTitle } from "./use-tab-title.ts";
import { useWakeLock } from "./use-wake-lock.ts";
import "../styles/marks.css";
import "./board.css";

const cancelledMs = 10_000;

export interface BoardPageProps {
  readonly client: StaffClient;
  readonly onSignOut: () => void;
}

export function BoardPage({ client, onSignOut }: BoardPageProps) {
  useChanges(client);
  useTick(1_000);
  const texts = useStaffTexts();
  const isolate = useIsolate();
  const { board, common } = texts;
  const { requestTypes, state, tables, session } = client;
  const me = session?.staff;
  const all = useMemo(() => arrangeRequests(client.requests, me?.id), [client.requests, me?.id]);
  const waiting = useMemo(() => all.filter((request) => request.state === "new"), [all]);
  const filtering = useFilters(all, tables, me?.id);
  const { toasts, show, drop } = useToasts();
  const [menuOf, setMenuOf] = useState<string>();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [areDevicesOpen, setDevicesOpen] = useState(false);
  useBoardInvitations(client, show, () => setDevicesOpen(true));
  const [everLive, setEverLive] = useState(false);
  const { staff, duty: onDuty, dutyUsed } = client;
  const ringing = useMemo(
    () => ringingFor(me, waiting, { staff, duty: onDuty, tables, dutyUsed }),
    [me, waiting, staff, onDuty, tables, dutyUsed],
  );
  const alarm = useAlarm(ringing);
  const ringsFor = new Set(ringing.map(({ id }) => id));
  const ready = client.position !== undefined;

  const whatOf = useCallback(
    (request: Request) => {
      const type = requestTypes.find(({ key }) => key === request.type);
      const label = type === undefined ? request.type : labelOf(type, texts);
      return texts.board.whatOf(isolate(common.table(request.table.label)), isolate(label));
    },
    [requestTypes, texts, common, isolate],
  );
  const commands = useBoardCommands(client, texts, whatOf, show);
  const acting = useActingPerson(client, commands);
  const duty = useDuty(client, () => show(texts.duty.failed, { tone: "warn" }));
  const push = usePush(client);
  const tellOver = useCallback(() => void show(board.notOpen), [show, board]);
  usePushMessages(client, filtering.choose, tellOver);
  const [isDutyOpen, setDutyOpen] = useState(false);
  const outcomes = useOutcomes(client, (request) => {
    if (request.state === "cancelled" && request.claimedBy?.id === me?.id)
      show(board.cancelledByGuest(whatOf(request)), { tone: "warn", ms: cancelledMs });
  });
  const now = client.serverNow();
  const announcement = useAnnouncer(
    ringing,
    {
      news: (request) => board.announce(whatOf(request)),
      late: (request) =>
        `${whatOf(request)}: ${board.waitingFor(formatSpan(now - Date.parse(request.createdAt), texts))}`,
    },
    ready,
  );
  useWakeLock(true);
  useSeen(client, alarm.audible);
  const restaurant = restaurantOf(client);
  useTabTitle(
    board.tab(isolate(restaurant ?? board.title)),
    waiting.length,
    waiting.some(({ level }) => level > 0),
  );
  useEffect(() => {
    if (state === "live") setEverLive(true);
  }, [state]);
  useEffect(() => {
    if (ready) keepKnownBoard(client);
  }, [client, ready, client.requests]);

  const shown = all.find(({ id }) => id === menuOf);
  const isGone = menuOf !== undefined && shown === undefined;
  useEffect(() => {
    if (isGone) setMenuOf(undefined);
  }, [isGone]);
  const finish = (run: () => void) => {
    setMenuOf(undefined);
    run();
  };

  const doubtful = state === "stale" || state === "offline" || client.path === "broken";
  return (
    <div class={`board ${doubtful ? "doubtful" : ""}`}>
      <BoardHead
        title={restaurant ?? board.title}
        state={state}
        path={client.path}
        filters={filtering.filters}
        filter={filtering.filter}
        onFilter={filtering.choose}
        onMenu={() => setMenuOpen(true)}
      >
        {ready && me !== undefined && me.role !== "screen" && (
          <DutyBar client={client} duty={duty} onChoose={() => setDutyOpen(true)}>
            <PushMark push={push} />
          </DutyBar>
        )}
      </BoardHead>
      <p class="spoken" aria-live="assertive">
        <span key={announcement.key}>{announcement.text}</span>
      </p>
      <main aria-busy={!ready}>
        {!ready && <p class="quiet-board">{common.loading}</p>}
        {ready && (
          <RequestList
            key={filtering.filter}
            requests={filtering.requests}
            types={requestTypes}
            me={me}
            now={now}
            busy={commands.busy}
            ringsFor={ringsFor}
            outcomes={outcomes}
            onClaim={(request) => acting.run("claim", request)}
            onComplete={(request) => acting.run("complete", request)}
            onMore={({ id }) => setMenuOf(id)}
          />
        )}
        {ready && filtering.requests.length === 0 && (
          <div class="quiet-board">
            <span aria-hidden="true">🌿</span>
            <h2>{all.length === 0 ? board.nothing : board.nothingHere}</h2>
            {all.length === 0 ? (
              <p>{board.nothingHint}</p>
            ) : (
              <button type="button" class="button" onClick={() => filtering.choose("all")}>
                {board.showAll(String(all.length))}
              </button>
            )}
          </div>
        )}
      </main>
      <BoardNotices
        state={state}
        path={client.path}
        everLive={everLive}
        audible={alarm.audible}
        onSound={alarm.test}
      />
      <Toasts toasts={toasts} onDrop={drop} />
      {isMenuOpen && (
        <BoardMenu
          client={client}
          alarm={alarm}
          commands={commands}
          onDevices={() => {
            setMenuOpen(false);
            setDevicesOpen(true);
          }}
          onSignOut={onSignOut}
          onClose={() => setMenuOpen(false)}
        />
      )}
      {areDevicesOpen && (
        <DevicesSheet client={client} onSignOut={onSignOut} onClose={() => setDevicesOpen(false)} />
      )}
      {isDutyOpen && <DutySheet client={client} duty={duty} onClose={() => setDutyOpen(false)} />}
      {acting.asked !== undefined && (
        <PeopleSheet
          client={client}
          what={whatOf(acting.asked.request)}
          onChoose={acting.choose}
          onClose={acting.cancel}
        />
      )}
      {shown !== undefined && (
        <RequestMenu
          request={shown}
          title={whatOf(shown)}
          onClose={() => setMenuOf(undefined)}
          onComplete={() => finish(() => acting.run("complete", shown))}
          onRelease={() => finish(() => acting.run("release", shown))}
          onDismiss={(reason) => finish(() => acting.run("dismiss", shown, reason))}
        />
      )}
    </div>
  );
}

/** The restaurant's name, where the board's answer has its settings. */
export const restaurantOf = (client: StaffClient): string | undefined => client.settings?.name;
