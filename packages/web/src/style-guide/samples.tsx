import type { Request, RequestType } from "@waiter/contracts";
import { RequestCard } from "../board/request-card.tsx";
import { TileButton } from "../guest/tile-button.tsx";
import { tilesOf } from "../guest/tiles.ts";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { useIsolate } from "../i18n/use-texts.ts";
import "../styles/marks.css";
import "../board/board.css";
import "../guest/guest.css";

const now = Date.parse("2026-01-01T12:05:00.000Z");
const me = { id: "anna", name: "Anna", role: "waiter" } as const;
const ignore = () => undefined;

function request(id: string, fields: Partial<Request>): Request {
  const at = "2026-01-01T12:04:30.000Z";
  return {
    id,
    table: { id, label: id },
    type: "waiter",
    state: "new",
    level: 0,
    version: 1,
    createdAt: at,
    updatedAt: at,
    ...fields,
  };
}

/** A guest's tiles in each state. */
export function SampleTiles() {
  const texts = useStaffTexts();
  const isolate = useIsolate();
  const { guide, guest } = texts;
  const types = Object.entries(guest.types).map(([key, label]): RequestType => ({
    key,
    label,
    icon: "🛎️",
    asksPayment: false,
  }));
  const tiles = tilesOf({
    types,
    requests: [
      request("1", { type: "bill" }),
      request("2", { type: "water", seenAt: "2026-01-01T12:04:40.000Z" }),
      request("3", { type: "order", state: "claimed", claimedBy: me }),
      request("4", { type: "other", state: "completed", closedAt: "2026-01-01T12:04:50.000Z" }),
    ],
    pending: [],
    texts,
    isolate,
    staffOnline: true,
    serverNow: now,
    now,
  });
  return (
    <section aria-labelledby="tiles">
      <h2 id="tiles">{guide.tiles}</h2>
      <ul class="tiles">
        {tiles.map((tile) => (
          <TileButton key={tile.key} tile={tile} disabled={false} onTap={ignore} />
        ))}
      </ul>
    </section>
  );
}

/** The board's cards in each state. */
export function SampleCards() {
  const texts = useStaffTexts();
  const { guide, guest, board } = texts;
  const late = "2026-01-01T12:00:00.000Z";
  const samples: readonly (readonly [Request, string | undefined])[] = [
    [request("1", { createdAt: new Date(now - 5_000).toISOString() }), undefined],
    [request("2", { level: 1, note: guest.noteIdeas.join(". ") }), undefined],
    [request("3", { level: 2, createdAt: late, payment: "card" }), undefined],
    [request("4", { state: "claimed", claimedBy: me, claimedAt: late }), undefined],
    [request("5", { state: "claimed", claimedBy: { id: "ben", name: "Ben" } }), undefined],
    [request("6", {}), board.gone.claimed("Ben")],
  ];
  return (
    <section aria-labelledby="cards">
      <h2 id="cards">{guide.cards}</h2>
      <ul class="cards">
        {samples.map(([each, outcome]) => (
          <RequestCard
            key={each.id}
            request={each}
            type={{ key: "waiter", label: guest.types.waiter, icon: "🙋", asksPayment: false }}
            me={me}
            now={now}
            busy={false}
            outcome={outcome}
            onClaim={ignore}
            onComplete={ignore}
            onMore={ignore}
          />
        ))}
      </ul>
    </section>
  );
}
