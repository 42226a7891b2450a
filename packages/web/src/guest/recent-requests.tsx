import type { GuestRequest } from "@waiter/contracts";
import { useTexts } from "../i18n/use-texts.ts";

const showMs = 5 * 60_000;
const maxShown = 3;

export interface RecentRequestsProps {
  readonly requests: readonly GuestRequest[];
  readonly serverNow: number;
  readonly busy: ReadonlySet<string>;
  /** Keys of types with an open request: those cannot be opened again. */
  readonly openTypes: ReadonlySet<string>;
  readonly nameOf: (type: string) => string;
  readonly onReopen: (request: GuestRequest) => void;
}

/** What was closed as done a moment ago, below everything else, with a way to open it again. */
export function RecentRequests(props: RecentRequestsProps) {
  const { guest } = useTexts();
  const recent = props.requests
    .filter(
      ({ state, closedAt, updatedAt, type }) =>
        state === "completed" &&
        !props.openTypes.has(type) &&
        props.serverNow - Date.parse(closedAt ?? updatedAt) < showMs,
    )
    .slice(-maxShown)
    .reverse();
  if (recent.length === 0) return null;
  return (
    <section aria-labelledby="recent">
      <h2 id="recent">{guest.recent}</h2>
      <ul class="recent">
        {recent.map((request) => (
          <li key={request.id}>
            <span>
              {props.nameOf(request.type)} <span class="quiet">{guest.status.completed}</span>
            </span>
            <button
              type="button"
              class="button small"
              disabled={props.busy.has(request.id)}
              aria-label={guest.reopenOf(props.nameOf(request.type))}
              onClick={() => props.onReopen(request)}
            >
              {guest.reopen}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
