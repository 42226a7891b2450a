import type { Request, RequestType, StaffMember } from "@waiter/contracts";
import { Icon } from "../components/icon.tsx";
import * as icons from "../components/icons.ts";
import { Note } from "../components/note.tsx";
import { TimeBar } from "../components/time-bar.tsx";
import { labelOf } from "../i18n/type-label.ts";
import { useStaffTexts } from "../i18n/staff-texts.ts";
import { useIsolate } from "../i18n/use-texts.ts";
import { formatSpan, formatWaiting } from "../shared/time-span.ts";
import { urgencyOf } from "./arrange-requests.ts";

export interface RequestCardProps {
  readonly request: Request;
  readonly type: RequestType | undefined;
  readonly me: StaffMember | undefined;
  /** The server's time, in ms. */
  readonly now: number;
  /** A command of this screen waits for its answer. */
  readonly busy: boolean;
  /** It rings for colleagues, not here. */
  readonly quiet?: boolean;
  /** What became of it, while it only keeps its place; it has no buttons then. */
  readonly outcome: string | undefined;
  readonly onClaim: (request: Request) => void;
  readonly onComplete: (request: Request) => void;
  readonly onMore: (request: Request) => void;
}

/** After so long on the way, the card asks whether it is still going on. */
const stillOnItMs = 10 * 60_000;

/** Whether this member may change a request that a colleague has; the server has the last word. */
export const canManage = (request: Request, me: StaffMember | undefined): boolean =>
  request.state === "new" ||
  request.claimedBy?.id === me?.id ||
  me?.role === "owner" ||
  me?.role === "manager" ||
  me?.role === "screen";

/** One request with its one next step; everything else is behind "more". */
export function RequestCard(props: RequestCardProps) {
  const { request, type, me, now, busy, outcome } = props;
  const texts = useStaffTexts();
  const isolate = useIsolate();
  const { board, common } = texts;
  const label = type === undefined ? request.type : labelOf(type, texts);
  const table = common.table(request.table.label);
  const nameOf = (command: string) => board.commandOf(command, isolate(table), isolate(label));
  const urgency = urgencyOf(request, now);
  const isMine = request.claimedBy !== undefined && request.claimedBy.id === me?.id;
  const claimedMs = now - Date.parse(request.claimedAt ?? request.updatedAt);
  const isLate = request.state === "new" && urgency >= 1;
  const level = isLate ? 2 : Math.min(request.level, 1);
  return (
    <li
      class={`card at-${level} ${request.state} ${outcome === undefined ? "" : "leaving"}`}
      data-testid="request"
      data-id={request.id}
      data-state={request.state}
      data-level={request.level}
      aria-label={board.whatOf(isolate(table), isolate(label))}
    >
      <header>
        <h3>
          <bdi>{table}</bdi>
        </h3>
        <p class="card-type">
          <span aria-hidden="true">{type?.icon ?? "🔔"}</span> <bdi>{label}</bdi>
        </p>
        <p class="card-age">
          {request.state === "claimed"
            ? claimedMs < 10_000
              ? board.justNow
              : board.goingFor(formatSpan(claimedMs, texts))
            : `${isLate ? "! " : ""}${formatWaiting(Date.parse(request.createdAt), now, texts)}`}
        </p>
      </header>
      {request.state === "new" && <TimeBar part={urgency} level={level} />}
      <p class="tags">
        {isLate && <span class="tag alarm late">{board.late}</span>}
        {props.quiet === true && outcome === undefined && (
          <span class="tag" data-testid="quiet">
            {board.quiet}
          </span>
        )}
        {request.claimedBy !== undefined && outcome === undefined && (
          <span class="tag good">
            <Icon path={icons.walk} />
            {isMine ? board.you : board.coming(isolate(request.claimedBy.name))}
          </span>
        )}
        {isMine && claimedMs > stillOnItMs && <span class="tag alarm">{board.stillOnIt}</span>}
        {request.payment !== undefined && <span class="tag">{board.pay[request.payment]}</span>}
        {request.createdBy !== undefined && (
          <span class="tag">{board.enteredBy(isolate(request.createdBy.name))}</span>
        )}
      </p>
      {request.note !== undefined && request.note !== "" && <Note text={request.note} />}
      {outcome !== undefined ? (
        <footer>
          <p class="card-outcome">{outcome}</p>
        </footer>
      ) : canManage(request, me) ? (
        <footer>
          {request.state === "new" ? (
            <button
              type="button"
              class="button primary"
              data-does={`claim:${request.id}`}
              disabled={busy}
              aria-label={nameOf(board.claim)}
              onClick={() => props.onClaim(request)}
            >
              {busy ? board.pendingHere : board.claim}
            </button>
          ) : (
            <button
              type="button"
              class={`button ${isMine ? "primary" : ""}`}
              data-does={`complete:${request.id}`}
              disabled={busy}
              aria-label={nameOf(board.complete)}
              onClick={() => props.onComplete(request)}
            >
              {busy ? board.pendingHere : board.complete}
            </button>
          )}
          <button
            type="button"
            class="button square"
            data-does={`more:${request.id}`}
            disabled={busy}
            aria-label={board.moreOf(isolate(table), isolate(label))}
            onClick={() => props.onMore(request)}
          >
            <Icon path={icons.more} />
          </button>
        </footer>
      ) : null}
    </li>
  );
}
