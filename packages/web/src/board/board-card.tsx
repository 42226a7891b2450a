import type { Request, RequestType, StaffMember } from "@waiter/contracts";
import type { StaffCommand } from "@waiter/client";
import { formatAge, speakAge } from "../shared/age.ts";
import { texts } from "../texts.ts";

export interface BoardCardProps {
  readonly request: Request;
  readonly type: RequestType | undefined;
  readonly me: StaffMember | undefined;
  /** The server's time, in ms. */
  readonly now: number;
  readonly busy: boolean;
  readonly onCommand: (command: StaffCommand, request: Request) => void;
}

/** What this member may do with the request; the server has the last word. */
export function commandsFor(
  request: Request,
  me: StaffMember | undefined,
): readonly StaffCommand[] {
  if (request.state === "new") return ["claim", "complete", "dismiss"];
  const inReach =
    request.claimedBy?.id === me?.id || me?.role === "owner" || me?.role === "manager";
  return inReach ? ["complete", "release", "dismiss"] : [];
}

export function BoardCard({ request, type, me, now, busy, onCommand }: BoardCardProps) {
  const label = type?.label ?? request.type;
  const table = texts.table(request.table.label);
  const since = Date.parse(request.createdAt);
  const commands = commandsFor(request, me);
  const claimedBy =
    request.claimedBy === undefined
      ? undefined
      : request.claimedBy.id === me?.id
        ? texts.board.mine
        : request.claimedBy.name;
  return (
    <li
      class={`card level-${Math.min(request.level, 3)} ${request.state}`}
      data-testid="request"
      data-id={request.id}
      data-state={request.state}
      data-level={request.level}
      aria-label={`${table}, ${label}`}
    >
      <header>
        <span class="card-icon" aria-hidden="true">
          {type?.icon ?? "🔔"}
        </span>
        <div>
          <h3>{table}</h3>
          <p>{label}</p>
        </div>
        <time dateTime={request.createdAt} class="age">
          <span aria-hidden="true">{formatAge(since, now)}</span>
          <span class="spoken">{speakAge(since, now)}</span>
        </time>
      </header>
      {(request.level > 0 ||
        claimedBy !== undefined ||
        request.payment !== undefined ||
        request.createdBy !== undefined) && (
        <p class="tags">
          {request.level > 0 && <span class="tag alarm">{texts.board.level(request.level)}</span>}
          {claimedBy !== undefined && (
            <span class="tag good">{texts.board.claimedBy(claimedBy)}</span>
          )}
          {request.payment !== undefined && (
            <span class="tag">{texts.board.pay(texts.payment[request.payment])}</span>
          )}
          {request.createdBy !== undefined && (
            <span class="tag">{texts.board.enteredBy(request.createdBy.name)}</span>
          )}
        </p>
      )}
      {request.note !== undefined && request.note !== "" && <p class="note">{request.note}</p>}
      {commands.length > 0 && (
        <footer>
          {commands.map((command, index) => (
            <button
              key={command}
              type="button"
              class={`button ${index === 0 ? "primary" : command === "dismiss" ? "quiet" : ""}`}
              disabled={busy}
              onClick={() => onCommand(command, request)}
            >
              {texts.board[command]}
            </button>
          ))}
        </footer>
      )}
    </li>
  );
}
