import type { GuestCall } from "@waiter/client";
import type { GuestRequest } from "@waiter/contracts";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { LanguageMenu } from "../components/language-menu.tsx";
import { Toasts } from "../components/toasts.tsx";
import { useToasts } from "../components/use-toasts.ts";
import { Icon } from "../components/icon.tsx";
import * as icons from "../components/icons.ts";
import type { GuestMessages } from "../i18n/messages.ts";
import { labelOf } from "../i18n/type-label.ts";
import { useIsolate, useTexts } from "../i18n/use-texts.ts";
import { useTick } from "../shared/use-tick.ts";
import { GuestNotice } from "./guest-notice.tsx";
import { isShut, type TableSession } from "./known-table.ts";
import type { OpenTable } from "./open-table.ts";
import { isOpen } from "./request-status.ts";
import { longest, TileButton } from "./tile-button.tsx";
import { canWrite, takesNote, tilesOf, type Tile } from "./tiles.ts";
import { useGuestActions } from "./use-guest-actions.ts";
import { useSheets } from "./use-sheets.ts";
import { WifiCard } from "./wifi-card.tsx";

/** The second tap of a double tap is no tap on the status that the first one made. */
const doubleTapMs = 1_000;
/** How long a claimed or seen request proves that a waiter is at a screen. */
const proofMs = 60_000;

export interface TablePageProps {
  readonly table: OpenTable;
  readonly session: TableSession;
  readonly requests: readonly GuestRequest[];
  readonly knownAt: number | undefined;
  readonly ended: boolean;
}
type OpenSheet = { readonly kind: "payment" | "note" | "request"; readonly tile: Tile } | undefined;

export function TablePage(props: TablePageProps) {
  const { table, session, requests, knownAt, ended } = props;
  const { client, staleCalls, outcomes } = table;
  useTick(client.pending.length > 0 ? 1_000 : 15_000);
  const texts = useTexts();
  const isolate = useIsolate();
  const { guest, common } = texts;
  const { toasts, show, drop } = useToasts();
  const [sheet, setSheet] = useState<OpenSheet>();
  const tellLate = useCallback(() => show(common.loading), [show, common]);
  const soon = requests.length > 0 || staleCalls.all.length > 0;
  const loaded = useSheets({ wanted: sheet !== undefined, soon }, tellLate);
  const actions = useGuestActions(client, texts, show, loaded);
  // A closed client sends nothing any more.
  const sheets = ended ? undefined : loaded;
  const lastCall = useRef({ key: "", at: Number.NEGATIVE_INFINITY });

  const nameOf = useCallback(
    (key: string) => {
      const type = session.requestTypes.find((each) => each.key === key);
      return isolate(type === undefined ? key : labelOf(type, texts));
    },
    [session, texts, isolate],
  );
  useEffect(() => {
    for (const type of staleCalls.takeRefused())
      show(guest.dropped(nameOf(type)), { tone: "warn", ms: 10_000 });
  });

  const serverNow = client.serverNow();
  const isProven = requests.some(
    ({ claimedAt, seenAt, ...request }) =>
      isOpen(request) && serverNow - Date.parse(claimedAt ?? seenAt ?? "") < proofMs,
  );
  // Without a screen, push messages may still reach the staff.
  const nobody = client.staffOnline === false && client.reach !== "push" && !isProven;
  const tiles = tilesOf({
    types: session.requestTypes,
    requests,
    pending: client.pending,
    texts,
    isolate,
    staffOnline: nobody ? false : client.staffOnline === false ? true : client.staffOnline,
    serverNow,
    now: Date.now(),
  }).map((tile) => withCancelling(tile, actions.cancelling, texts));
  const shown =
    sheet?.kind === "request" ? tiles.find(({ key }) => key === sheet.tile.key) : undefined;
  const isShownOpen = shown !== undefined && !shown.ready;
  useEffect(() => {
    if (sheet?.kind === "request" && !isShownOpen) setSheet(undefined);
  }, [sheet, isShownOpen]);

  const disabled = ended || isShut(session, serverNow);

  const call = (wanted: GuestCall) => {
    setSheet(undefined);
    lastCall.current = { key: wanted.type, at: performance.now() };
    actions.call(wanted);
  };
  const tap = (tile: Tile) => {
    const { key, at } = lastCall.current;
    if (tile.key === key && performance.now() - at < doubleTapMs) return;
    if (!tile.ready) setSheet({ kind: "request", tile });
    else if (tile.type.asksPayment) setSheet({ kind: "payment", tile });
    else if (tile.key === "other" && takesNote(tile)) setSheet({ kind: "note", tile });
    else call({ type: tile.key });
  };
  const cancel = (tile: Tile) => {
    setSheet(undefined);
    if (tile.request !== undefined) actions.cancel(tile.request, isolate(tile.label));
    else if (tile.pending !== undefined) client.withdraw(tile.pending.key);
  };
  const tellUnheard = (type: string) =>
    show(guest.unheard(nameOf(type)), { tone: "warn", ms: 10_000 });
  const writable = useMemo(() => tiles.find(canWrite("other")) ?? tiles.find(canWrite()), [tiles]);

  return (
    <div class="guest">
      <header class="guest-head">
        <div>
          {session.logoUrl !== undefined && <img class="logo" src={session.logoUrl} alt="" />}
          <p>
            <bdi>{session.restaurant.name}</bdi>
          </p>
          <LanguageMenu offered={session.languages} />
        </div>
        <h1>
          <bdi>{common.table(session.table.label)}</bdi>
        </h1>
      </header>
      <main>
        <section aria-labelledby="ask">
          <h2 id="ask">{guest.ask}</h2>
          <ul class="tiles" aria-live="polite" aria-relevant="additions text">
            {tiles.map((tile, index) => (
              <TileButton
                key={tile.key}
                tile={tile}
                disabled={disabled}
                roomFor={roomFor(tiles, index)}
                onTap={tap}
              />
            ))}
          </ul>
          {tiles.some(takesNote) && (
            <button
              type="button"
              class="button quiet wide write"
              disabled={disabled || writable === undefined}
              onClick={() => writable && setSheet({ kind: "note", tile: writable })}
            >
              <Icon path={icons.pencil} /> {guest.write}
            </button>
          )}
        </section>
        {sheets !== undefined && (
          <>
            <sheets.UnheardWords
              outcomes={outcomes}
              staleCalls={staleCalls}
              tiles={tiles}
              onSend={actions.call}
              onUnheard={tellUnheard}
            />
            <sheets.StaleQuestions staleCalls={staleCalls} nameOf={nameOf} onSend={call} />
            <sheets.RecentRequests
              requests={requests}
              serverNow={serverNow}
              busy={actions.busy}
              nameOf={nameOf}
              openTypes={new Set(tiles.filter(({ ready }) => !ready).map(({ key }) => key))}
              onReopen={actions.reopen}
            />
          </>
        )}
        {session.wifi !== undefined && (
          <WifiCard name={session.wifi.name} password={session.wifi.password} />
        )}
      </main>
      <GuestNotice
        client={client}
        session={session}
        knownAt={knownAt}
        ended={ended}
        nobody={nobody}
      />
      <Toasts toasts={toasts} onDrop={drop} />
      {sheets !== undefined && sheet?.kind === "payment" && (
        <sheets.PaymentSheet
          icon={sheet.tile.type.icon}
          onClose={() => setSheet(undefined)}
          onChoose={(payment) =>
            call({ type: sheet.tile.key, ...(payment === undefined ? {} : { payment }) })
          }
        />
      )}
      {sheets !== undefined && sheet?.kind === "note" && (
        <sheets.NoteSheet
          icon={sheet.tile.type.icon}
          onClose={() => setSheet(undefined)}
          onSend={(note) => {
            // Another guest may have this request open by now, and it takes no second note.
            const tile = tiles.find(canWrite(sheet.tile.key)) ?? writable ?? sheet.tile;
            call({ type: tile.key, note });
          }}
        />
      )}
      {sheets !== undefined && shown !== undefined && isShownOpen && (
        <sheets.RequestSheet
          tile={shown}
          busy={actions.busy.has(shown.request?.id ?? "")}
          onClose={() => setSheet(undefined)}
          onCancel={() => cancel(shown)}
        />
      )}
    </div>
  );
}

/** The first tile has a row of its own; the second one makes room for all others. */
const roomFor = (tiles: readonly Tile[], index: number): string | undefined =>
  index > 1
    ? undefined
    : longest((index === 0 ? tiles.slice(0, 1) : tiles.slice(1)).map(({ label }) => label));

function withCancelling(tile: Tile, ids: ReadonlySet<string>, { guest }: GuestMessages): Tile {
  const { status, request } = tile;
  if (status === undefined || request === undefined || !ids.has(request.id)) return tile;
  const { cancelling: text } = guest.status;
  return { ...tile, status: { ...status, text, detail: guest.detail.cancelling, tone: "warn" } };
}
