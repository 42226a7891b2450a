import { hears, type OracleDuty } from "./oracle-addressed.ts";
import { countedWithinMs, spansOf, type Span, type StoredEvent } from "./spans.ts";

/** A row of the ledger, times in ms since the epoch. */
export interface LedgerRow {
  readonly requestId: string;
  readonly round: number;
  readonly step: number;
  readonly staffId: string | null;
  readonly channel: string;
  readonly state: string;
  readonly createdAt: number;
}
export interface Facts {
  readonly slug: string;
  readonly people: readonly { readonly id: string; readonly role: string }[];
  readonly zoneOf: ReadonlyMap<string, string | undefined>;
  readonly tableOf: ReadonlyMap<string, string>;
  readonly states: ReadonlyMap<string, string>;
  readonly events: readonly StoredEvent[];
  readonly rows: readonly LedgerRow[];
}

/** From a change of duty's event to its commit, which other transactions see, ms. */
const slackMs = 1_500;
/** Rows that one transaction writes follow each other so closely, ms. */
const togetherMs = 5;
/**
 * What is due this long must have happened, ms: the claim of a killed worker lasts 15 s, and the
 * worker after it may be killed too.
 */
const lateMs = 45_000;

interface DutyState {
  readonly from: number;
  readonly duty: ReadonlyMap<string, OracleDuty>;
}

/**
 * Recounts an evening of one restaurant from its event log and its ledger: every request ended,
 * every due level fired exactly once and to exactly the people that the rules name.
 */
export function recount(facts: Facts): string[] {
  const problems: string[] = [];
  const report = (text: string): void => void problems.push(`${facts.slug}: ${text}`);
  const { spans, problems: broken } = spansOf(facts.events);
  broken.forEach(report);
  for (const [id, state] of facts.states)
    if (state === "new" || state === "claimed") report(`request ${id} has not ended: ${state}`);
  for (const { requestId, round, step, state } of facts.rows)
    if (state === "due") report(`row ${requestId} ${round}.${step} is still due`);
  const duty = dutyStates(facts.events);
  const rowsOf = Map.groupBy(facts.rows, ({ requestId, round, step }) =>
    [requestId, round, step].join(" "),
  );
  const known = new Set<string>();
  for (const span of spans) {
    const key = [span.requestId, span.round, span.step].join(" ");
    known.add(key);
    for (const problem of judge(facts, span, rowsOf.get(key) ?? [], duty))
      report(`${key}: ${problem}`);
  }
  for (const key of rowsOf.keys()) if (!known.has(key)) report(`${key}: rows without a step`);
  return problems;
}

function judge(
  facts: Facts,
  span: Span,
  rows: readonly LedgerRow[],
  duty: readonly DutyState[],
): string[] {
  const problems: string[] = [];
  const length = span.to - span.from;
  // Only a round's first step may be answered before it fires.
  if (rows.length === 0)
    return span.raised || span.escalated || length > lateMs ? ["rang no person"] : [];
  const early = Math.min(...rows.map(({ createdAt }) => createdAt));
  const late = Math.max(...rows.map(({ createdAt }) => createdAt));
  // Rows and events of one request are written under its lock.
  if (early < span.notBefore - countedWithinMs || late > span.to + countedWithinMs)
    problems.push(`rang outside its time (${early - span.from} ms, ${late - span.to} ms)`);
  const personal = rows.filter(({ staffId }) => staffId !== null);
  const names = personal.map(({ staffId }) => staffId ?? "");
  if (new Set(names).size !== names.length) problems.push("rang a person twice");

  const table = facts.tableOf.get(span.requestId) ?? "";
  const heardBetween = (from: number, to: number): Set<string>[] =>
    duty
      .filter((state, index) => state.from <= to && (duty[index + 1]?.from ?? Infinity) > from)
      .map((state) =>
        hears(span.audience, table, {
          people: facts.people,
          duty: state.duty,
          dutyUsed: state !== duty[0],
          zoneOf: facts.zoneOf,
        }),
      );
  const allowed = heardBetween(early - slackMs, span.to + slackMs);
  for (const name of names)
    if (!allowed.some((set) => set.has(name))) problems.push(`rang ${name}, who is not named`);
  // Named all the time around the first ring, or since long before the end.
  const atFirst = heardBetween(early - slackMs, early + slackMs);
  const atEnd = heardBetween(span.to - lateMs, span.to);
  const rung = new Set(names);
  for (const { id } of facts.people) {
    const must =
      atFirst.every((set) => set.has(id)) ||
      (length > lateMs && span.to - early > lateMs && atEnd.every((set) => set.has(id)));
    if (must && !rung.has(id)) problems.push(`did not ring ${id}`);
  }
  if (span.nextDueAt !== undefined) {
    // The step as it rang at first: it may reach a person who came on duty after that.
    const isUnreachable = rows.every(
      ({ state, createdAt }) => state === "unreachable" || createdAt > early + togetherMs,
    );
    if (span.escalated && span.to < span.nextDueAt - countedWithinMs && !isUnreachable)
      problems.push(`the next level fired ${span.nextDueAt - span.to} ms early`);
    if (span.to - span.nextDueAt > lateMs) problems.push("the next level did not fire");
  }
  return problems;
}

/** Who was on duty from when on, by the event log alone. The first state is before any duty. */
function dutyStates(events: readonly StoredEvent[]): DutyState[] {
  const states: DutyState[] = [{ from: -Infinity, duty: new Map() }];
  for (const { type, at, data } of events) {
    if (!type.startsWith("duty.")) continue;
    const { duty } = data as {
      duty: { staff: { id: string }; tables: "all" | string[]; zones: string[] };
    };
    const next = new Map(states.at(-1)?.duty);
    if (type === "duty.ended") next.delete(duty.staff.id);
    else next.set(duty.staff.id, duty);
    states.push({ from: at, duty: next });
  }
  return states;
}
