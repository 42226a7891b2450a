/** An event as the log holds it. */
export interface StoredEvent {
  readonly seq: number;
  readonly type: string;
  /** ms since the epoch. */
  readonly at: number;
  readonly data: unknown;
}
/** How long a request waited at one step of one round. */
export interface Span {
  readonly requestId: string;
  readonly round: number;
  readonly step: number;
  readonly audience: string;
  readonly from: number;
  readonly to: number;
  /** The rows of the step are not older: its own transaction may write them before its event. */
  readonly notBefore: number;
  /** The step began with an escalation, not with a round. */
  readonly raised: boolean;
  /** The step ended because the next one fired. */
  readonly escalated: boolean;
  /** When the next step is due; undefined after the last one, and where an undo put times back. */
  readonly nextDueAt: number | undefined;
}

/** The evening's policy in seconds, its two repeats included, and the time to complete. */
const dueS = [0, 1, 2, 4, 6, 8];
const doneAfterMs = 15_000;
/** A deadline counts from its change's event, or from so much before it at most, ms. */
export const countedWithinMs = 101;
const lateMs = 45_000;

interface Waiting {
  state: string;
  round: number;
  level: number;
  audience: string;
  since: number;
  /** When the step before it began, if this one was raised from it; else `since`. */
  notBefore: number;
  raised: boolean;
  /** Where the levels of the round count from; undefined after an undo. */
  base: number | undefined;
}
interface EventRequest {
  readonly id: string;
  readonly state: string;
  readonly round: number;
  readonly level: number;
  readonly audience: string;
}

/** Replays the log: each request's steps, and what the log itself has wrong. */
export function spansOf(events: readonly StoredEvent[]): {
  readonly spans: Span[];
  readonly problems: string[];
} {
  const spans: Span[] = [];
  const problems: string[] = [];
  const requests = new Map<string, Waiting>();
  for (const [index, { seq, type, at, data }] of events.entries()) {
    if (seq !== index + 1) problems.push(`event ${seq} follows ${index}`);
    if (!type.startsWith("request.")) continue;
    const { request, cause } = data as { request: EventRequest; cause?: string };
    const { id, state, round, level, audience } = request;
    const before = requests.get(id);
    const escalated = type === "request.escalated";
    const wrong = (text: string): void => void problems.push(`event ${seq} (${type}) ${text}`);
    if (before !== undefined) {
      if (escalated && (before.state !== "new" || level !== before.level + 1))
        wrong(`raises ${id} from ${before.state} ${before.level} to ${level}`);
      if (!escalated && type !== "request.reopened" && level !== before.level)
        wrong(`changes the level of ${id}`);
      if (cause === "not_done" && at - before.since < doneAfterMs - countedWithinMs)
        wrong(`returns ${id} early`);
      if (before.state === "claimed" && at - before.since > doneAfterMs + lateMs)
        wrong(`${id} was claimed for ${at - before.since} ms and not returned`);
    }
    const begins = type === "request.created" || (type === "request.released" && state === "new");
    const reopens = type === "request.reopened" && round !== before?.round;
    if (before !== undefined && round !== before.round + (begins || reopens ? 1 : 0))
      wrong(`makes round ${round} of ${before.round} of ${id}`);
    if (before?.state === "new" && at > before.since)
      spans.push({
        requestId: id,
        round: before.round,
        step: before.level,
        audience: before.audience,
        from: before.since,
        to: at,
        notBefore: before.notBefore,
        raised: before.raised,
        escalated,
        nextDueAt:
          before.base === undefined || dueS[before.level + 1] === undefined
            ? undefined
            : before.base + (dueS[before.level + 1] ?? 0) * 1_000,
      });
    const base =
      begins || reopens ? at - (dueS[level] ?? 0) * 1_000 : escalated ? before?.base : undefined;
    const notBefore = escalated ? (before?.since ?? at) : at;
    const since = { since: at, notBefore };
    requests.set(id, { state, round, level, audience, ...since, raised: escalated, base });
  }
  return { spans: merge(spans), problems };
}

/** An undone cancellation goes on with the same step: one span. */
function merge(spans: readonly Span[]): Span[] {
  const merged = new Map<string, Span>();
  for (const span of spans) {
    const key = [span.requestId, span.round, span.step].join(" ");
    const before = merged.get(key);
    merged.set(
      key,
      before === undefined
        ? span
        : {
            ...span,
            from: before.from,
            notBefore: before.notBefore,
            raised: before.raised,
            nextDueAt: undefined,
          },
    );
  }
  return [...merged.values()];
}
