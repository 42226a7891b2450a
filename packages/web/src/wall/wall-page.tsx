import type { StaffClient } from "@waiter/client";
import type { Request } from "@waiter/contracts";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { arrangeRequests, urgencyOf } from "../board/arrange-requests.ts";
import { BoardNotices } from "../board/board-notices.tsx";
import { PeopleSheet } from "../board/people-sheet.tsx";
import { useActingPerson } from "../board/use-acting-person.ts";
import { LiveMark } from "../board/live-mark.tsx";
import { restaurantOf } from "../board/board-page.tsx";
import { keepKnownBoard } from "../board/known-board.ts";
import { useAlarm } from "../board/use-alarm.ts";
import { useBoardCommands } from "../board/use-board-commands.ts";
import { useSeen } from "../board/use-seen.ts";
import { useTabTitle } from "../board/use-tab-title.ts";
import { useWakeLock } from "../board/use-wake-lock.ts";
import { DevicesSheet } from "../devices/devices-sheet.tsx";
import { useBoardInvitations } from "../devices/use-board-invitations.ts";
import { TimeBar } from "../components/time-bar.tsx";
import { Toasts } from "../components/toasts.tsx";
import { useToasts } from "../components/use-toasts.ts";
import { plural } from "../i18n/messages.ts";
import { labelOf } from "../i18n/type-label.ts";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { useIsolate } from "../i18n/use-texts.ts";
import { formatClock, formatWaiting } from "../shared/time-span.ts";
import { useChanges } from "../shared/use-changes.ts";
import { useTick } from "../shared/use-tick.ts";
import { useHeldList } from "../touch/use-held-list.ts";
import "../styles/marks.css";
import "../board/board.css";
import "./wall.css";

/** Tiles that stay readable from four metres; the rest is a number. */
const maxTiles = 12;
/** A tile that left keeps its place for so long. */
const lingerMs = 600;
const places = {
  keyOf: ({ id }: Request) => id,
  groupOf: () => "tiles",
  lingerMs: () => lingerMs,
};

/**
 * A screen on the wall: tables readable from 4 m, honest about silence. On a shared screen a tile
 * has one button: "Who takes it?", then "Done".
 */
export function WallPage({
  client,
  onSignOut,
}: {
  readonly client: StaffClient;
  readonly onSignOut: () => void;
}) {
  useChanges(client);
  useTick(1_000);
  const texts = useStaffTexts();
  const isolate = useIsolate();
  const { board, common, wall, duty, code } = texts;
  const { state, requestTypes } = client;
  const all = useMemo(() => arrangeRequests(client.requests, undefined), [client.requests]);
  const held = useHeldList(
    useMemo(() => all.slice(0, maxTiles), [all]),
    places,
  );
  const waiting = useMemo(() => all.filter((request) => request.state === "new"), [all]);
  const [everLive, setEverLive] = useState(false);
  const alarm = useAlarm(waiting);
  const now = client.serverNow();
  useWakeLock(true);
  useSeen(client, alarm.audible);
  const restaurant = restaurantOf(client) ?? wall.title;
  const isScreen = client.session?.staff.role === "screen";
  const { toasts, show, drop } = useToasts();
  const [areDevicesOpen, setDevicesOpen] = useState(false);
  useBoardInvitations(client, show, () => setDevicesOpen(true));
  const whatOf = useCallback(
    ({ table, type: key }: Request) => {
      const type = client.requestTypes.find((each) => each.key === key);
      const label = type === undefined ? key : labelOf(type, texts);
      return board.whatOf(isolate(common.table(table.label)), isolate(label));
    },
    [client, texts, board, common, isolate],
  );
  const commands = useBoardCommands(client, texts, whatOf, show);
  const acting = useActingPerson(client, commands);
  useTabTitle(
    board.tab(isolate(restaurant)),
    waiting.length,
    waiting.some(({ level }) => level > 0),
  );
  useEffect(() => {
    if (state === "live") setEverLive(true);
  }, [state]);
  useEffect(() => {
    if (client.position !== undefined) keepKnownBoard(client);
  }, [client, client.requests]);

  const isReady = client.position !== undefined;
  const typeOf = (request: Request) => requestTypes.find(({ key }) => key === request.type);
  const isDoubtful = state === "stale" || state === "offline" || client.path === "broken";
  return (
    <div class={`board wall ${isDoubtful ? "doubtful" : ""}`}>
      <header class="wall-head">
        <h1>
          <bdi>{restaurant}</bdi>
        </h1>
        <LiveMark state={state} path={client.path} />
        <p class="wall-count">
          {isReady ? plural(code, wall.waiting, waiting.length) : common.loading}
          {all.length > maxTiles && (
            <span class="wall-more"> {plural(code, wall.moreWaiting, all.length - maxTiles)}</span>
          )}
        </p>
        {client.duty.length > 0 && (
          <p class="wall-duty">
            {duty.onNames(client.duty.map(({ staff }) => isolate(staff.name)).join(duty.comma))}
          </p>
        )}
        <p class="wall-clock">{formatClock(now, code)}</p>
        <a class="button quiet" href="/board">
          {wall.board}
        </a>
        {document.fullscreenEnabled && (
          <button
            type="button"
            class="button quiet"
            onClick={() => void document.documentElement.requestFullscreen().catch(() => undefined)}
          >
            {wall.fullScreen}
          </button>
        )}
      </header>
      <main>
        <ul class="wall-tiles">
          {held.map(({ item: request, gone }) => {
            const type = typeOf(request);
            const urgency = urgencyOf(request, now);
            const isLate = request.state === "new" && urgency >= 1;
            const level = isLate ? 2 : Math.min(1, request.level);
            return (
              <li
                key={request.id}
                class={`wall-tile at-${level} ${request.state}`}
                data-testid="request"
                data-id={request.id}
                data-state={request.state}
              >
                <h2>
                  <bdi>{common.table(request.table.label)}</bdi>
                </h2>
                <p class="wall-type">
                  <span aria-hidden="true">{type?.icon ?? "🔔"}</span>{" "}
                  <bdi>{type === undefined ? request.type : labelOf(type, texts)}</bdi>
                </p>
                <p class="wall-state">
                  {request.claimedBy !== undefined
                    ? board.coming(isolate(request.claimedBy.name))
                    : (isLate ? "! " : "") +
                      formatWaiting(Date.parse(request.createdAt), now, texts)}
                </p>
                {request.state === "new" && <TimeBar part={urgency} level={level} />}
                {isScreen && (
                  <button
                    type="button"
                    class="button wall-button"
                    data-does={`${request.state === "new" ? "claim" : "complete"}:${request.id}`}
                    disabled={gone || commands.busy.has(request.id)}
                    aria-label={board.commandOf(
                      request.state === "new" ? board.whoTakes : board.complete,
                      isolate(common.table(request.table.label)),
                      isolate(type === undefined ? request.type : labelOf(type, texts)),
                    )}
                    onClick={() =>
                      acting.run(request.state === "new" ? "claim" : "complete", request)
                    }
                  >
                    {request.state === "new" ? board.whoTakes : board.complete}
                  </button>
                )}
              </li>
            );
          })}
        </ul>
        {isReady && held.length === 0 && <p class="wall-quiet">{board.nothing}</p>}
      </main>
      <BoardNotices
        state={state}
        path={client.path}
        everLive={everLive}
        audible={alarm.audible}
        onSound={alarm.test}
      />
      <Toasts toasts={toasts} onDrop={drop} />
      {areDevicesOpen && (
        <DevicesSheet client={client} onSignOut={onSignOut} onClose={() => setDevicesOpen(false)} />
      )}
      {acting.asked !== undefined && (
        <PeopleSheet
          client={client}
          what={whatOf(acting.asked.request)}
          onChoose={acting.choose}
          onClose={acting.cancel}
        />
      )}
    </div>
  );
}
