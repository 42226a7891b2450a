import type { Request, RequestType, StaffMember } from "@waiter/contracts";
import { useRef } from "preact/hooks";
import type { Messages } from "../i18n/staff/messages.ts";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { useIsolate } from "../i18n/use-texts.ts";
import type { Held } from "../touch/hold.ts";
import { useHeldList } from "../touch/use-held-list.ts";
import { groupOf, groups } from "./arrange-requests.ts";
import { RequestCard } from "./request-card.tsx";
import { useKeptFocus } from "./use-kept-focus.ts";

/** How long a request keeps its place after it has left its group. */
const lingerMs = 1_500;
/** A waiter on the way must see that the guest has cancelled. */
const cancelledMs = 10_000;
/** From so many requests on, cards become rows. */
const compactFrom = 12;

export interface RequestListProps {
  /** Arranged, group by group. */
  readonly requests: readonly Request[];
  readonly types: readonly RequestType[];
  readonly me: StaffMember | undefined;
  readonly now: number;
  readonly busy: ReadonlySet<string>;
  /** Ids of waiting requests that ring on this screen. */
  readonly ringsFor: ReadonlySet<string>;
  readonly outcomes: ReadonlyMap<string, Request>;
  readonly onClaim: (request: Request) => void;
  readonly onComplete: (request: Request) => void;
  readonly onMore: (request: Request) => void;
}

/** The requests in three groups; what is on screen keeps its place while fingers are near. */
export function RequestList({
  requests,
  types,
  me,
  outcomes,
  ringsFor,
  ...card
}: RequestListProps) {
  const texts = useStaffTexts();
  const isolate = useIsolate();
  const root = useRef<HTMLDivElement>(null);
  const isCompact = useRef(false);
  isCompact.current = requests.length >= (isCompact.current ? compactFrom - 4 : compactFrom);
  const held = useHeldList(requests, {
    keyOf: ({ id }) => id,
    groupOf: (request) => groupOf(request, me?.id),
    lingerMs: ({ id, claimedBy }, gone) =>
      gone && claimedBy?.id === me?.id && outcomes.get(id)?.state === "cancelled"
        ? cancelledMs
        : lingerMs,
  });
  useKeptFocus(root);

  return (
    <div ref={root} class={isCompact.current ? "lists compact" : "lists"}>
      {groups.map((group) => {
        const shown = held.filter((each) => each.group === group);
        const count = shown.filter(({ until }) => until === undefined).length;
        if (shown.length === 0) return null;
        return (
          <section key={group} aria-labelledby={`group-${group}`}>
            <h2 id={`group-${group}`} tabIndex={-1}>
              {texts.board[group]} <span class="count">{count}</span>
            </h2>
            <ul class="cards">
              {shown.map((each) => (
                <RequestCard
                  key={each.key}
                  {...card}
                  busy={card.busy.has(each.key)}
                  request={each.item}
                  type={types.find(({ key }) => key === each.item.type)}
                  me={me}
                  quiet={each.item.state === "new" && !ringsFor.has(each.key)}
                  outcome={outcomeOf(each, outcomes, me?.id, texts, isolate)}
                />
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

function outcomeOf(
  { item, gone, until }: Held<Request>,
  outcomes: ReadonlyMap<string, Request>,
  me: string | undefined,
  { board }: Messages,
  isolate: (text: string) => string,
): string | undefined {
  if (until === undefined) return undefined;
  const now = gone ? outcomes.get(item.id) : item;
  // A new reading of the board tells only that it is gone.
  if (now === undefined) return board.notOpen;
  switch (now.state) {
    case "new":
      return board.gone.released;
    case "claimed":
      return now.claimedBy === undefined || now.claimedBy.id === me
        ? board.gone.mine
        : board.gone.claimed(isolate(now.claimedBy.name));
    default:
      return board.gone[now.state];
  }
}
