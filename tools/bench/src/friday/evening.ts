import { randomUUID } from "node:crypto";
import type { Database } from "@waiter/database";
import { AppError } from "@waiter/errors";
import type { Presence } from "@waiter/live-state";
import {
  createRequest,
  markSeen,
  runCommand,
  sendCommand,
  type CommandResult,
  type StaffActor,
} from "@waiter/requests";
import { endDuty, putDuty } from "@waiter/restaurant";
import { changePhone, hasScreen, phones, type Open, type Person, type Place } from "./world.ts";

export interface EveningDeps {
  readonly database: Database;
  readonly presence: Presence;
  /** Announces to the workers that deadlines were written, as an api does. */
  readonly announceDeadlines: () => void;
  readonly pushOrigin: string;
  /** Chance of a call per free table and tick. */
  readonly callChance: number;
}

/** One moment in one restaurant: guests call, staff answer, duty and phones change. */
export async function tick(deps: EveningDeps, place: Place, serving: boolean): Promise<void> {
  const { random } = place;
  if (random.next() < 0.08) await changeDuty(deps, place, random.pick(place.people));
  if (random.next() < 0.05) {
    const person = random.pick(place.people);
    await quietly(changePhone(deps.database, place, person, random.pick(phones), deps.pushOrigin));
  }
  const busy = new Set([...place.open.values()].map(({ tableId }) => tableId));
  if (serving)
    for (const { id } of place.tables)
      if (!busy.has(id) && random.next() < deps.callChance) await call(deps, place, id);
  for (const open of place.open.values()) await serve(deps, place, open);
  if (random.next() < 0.4) await look(deps, place);
}

async function call(deps: EveningDeps, place: Place, tableId: string): Promise<void> {
  const guest = randomUUID();
  const result = await quietly(
    createRequest(deps.database, {
      tenantId: place.tenantId,
      actor: { kind: "guest", sessionId: guest, tableId },
      type: place.random.pick(["waiter", "water", "bill"]),
    }),
  );
  if (result === undefined) return;
  follow(deps, result);
  const patienceMs = place.random.next() < 0.15 ? 12_000 : place.random.between(200, 4_000);
  const { id } = result.request;
  place.open.set(id, {
    id,
    tableId,
    guest,
    state: "new",
    holder: undefined,
    since: Date.now(),
    patienceMs,
  });
}

async function serve(deps: EveningDeps, place: Place, open: Open): Promise<void> {
  const { random } = place;
  const waited = Date.now() - open.since;
  const guest = { kind: "guest", sessionId: open.guest, tableId: open.tableId } as const;
  const input = { tenantId: place.tenantId, requestId: open.id };
  if (open.state === "new") {
    if (random.next() < 0.01) {
      const cancelled = await command(
        deps,
        place,
        open,
        sendCommand(deps.database, "cancel", { ...input, actor: guest }),
      );
      if (cancelled && random.next() < 0.5)
        await command(
          deps,
          place,
          open,
          runCommand(deps.database, { ...input, actor: guest }, { name: "undo" }),
        );
      return;
    }
    if (waited < open.patienceMs) return;
    const takers = place.people.filter(({ onDuty }) => onDuty);
    const person = random.pick(takers.length > 0 ? takers : place.people);
    if (!(await staff(deps, place, open, person, "claim"))) return;
    open.holder = person;
    if (random.next() < 0.03) await staff(deps, place, open, person, "undo");
    return;
  }
  const { holder } = open;
  // Forgotten: the system returns it.
  if (holder === undefined || open.patienceMs > 11_800) {
    await readAgain(deps, place, open);
    return;
  }
  if (random.next() < 0.02) await staff(deps, place, open, holder, "release");
  else if (waited > 1_500 && random.next() < 0.4) {
    await staff(deps, place, open, holder, "complete");
    if (random.next() < 0.03)
      await command(
        deps,
        place,
        open,
        sendCommand(deps.database, "reopen", { ...input, actor: guest }),
      );
  }
}

const actorOf = ({ id, role, session }: Person): StaffActor => ({
  kind: "staff",
  id,
  name: id,
  role,
  sid: session,
});

const staff = (
  deps: EveningDeps,
  place: Place,
  open: Open,
  person: Person,
  verb: "claim" | "release" | "complete" | "undo",
): Promise<boolean> =>
  command(
    deps,
    place,
    open,
    sendCommand(deps.database, verb, {
      tenantId: place.tenantId,
      requestId: open.id,
      actor: actorOf(person),
    }),
  );

/** Announces deadlines after COMMIT as an api does, and notes the state. False if it lost. */
async function command(
  deps: EveningDeps,
  place: Place,
  open: Open,
  sent: Promise<CommandResult>,
): Promise<boolean> {
  const result = await quietly(sent);
  if (result === undefined) return false;
  follow(deps, result);
  note(place, open, result.request.state);
  return result.answer.status === 200;
}

function note(place: Place, open: Open, state: string): void {
  if (state !== "new" && state !== "claimed") {
    place.open.delete(open.id);
    return;
  }
  place.open.set(open.id, open);
  if (open.state !== state) open.since = Date.now();
  open.state = state;
}

async function readAgain({ database }: EveningDeps, place: Place, open: Open): Promise<void> {
  const row = await database.inTenant(place.tenantId, (tx) =>
    tx.selectFrom("request").select("state").where("id", "=", open.id).executeTakeFirstOrThrow(),
  );
  if (row.state !== open.state) note(place, { ...open, patienceMs: 500 }, row.state);
}

function follow({ announceDeadlines }: EveningDeps, { ring, escalation }: CommandResult): void {
  if (ring !== undefined || escalation !== undefined) announceDeadlines();
}

export async function changeDuty(
  { database }: Pick<EveningDeps, "database">,
  place: Place,
  person: Person,
): Promise<void> {
  const { random } = place;
  const editor = { id: person.id, role: person.role };
  const context = { tenantId: place.tenantId, editor };
  if (person.onDuty && random.next() < 0.4) {
    if ((await quietly(endDuty(database, context))) !== undefined) person.onDuty = false;
    return;
  }
  const kind = random.next();
  const some = <T>(list: readonly T[], share: number) => list.filter(() => random.next() < share);
  const tables =
    kind < 0.3 ? ("all" as const) : kind < 0.7 ? some(place.tables, 0.3).map(({ id }) => id) : [];
  const zones = kind >= 0.7 ? [random.pick(place.zones)] : [];
  if ((await quietly(putDuty(database, context, { tables, zones }))) !== undefined)
    person.onDuty = true;
}

/** Screens acknowledge what they show, as a gateway reports it. */
async function look({ database }: EveningDeps, place: Place): Promise<void> {
  const [head] = await database.heads([place.tenantId]);
  const screens = place.people.filter(hasScreen).map(({ id, session, phone }) => ({
    staff: id,
    session,
    seq: head?.seq ?? 0,
    visible: true,
    audible: true,
    idleS: phone === "touched" ? 3 : 9_999,
  }));
  if (screens.length > 0)
    await quietly(markSeen(database, place.tenantId, head?.seq ?? 0, screens));
}

/** Keeps the presence of open screens, as gateways do. Redis may be away. */
export async function refreshPresence(
  { presence }: Pick<EveningDeps, "presence">,
  place: Place,
): Promise<void> {
  const member = ({ id }: Person) => `${id}:friday`;
  const [live, gone] = [
    place.people.filter(hasScreen),
    place.people.filter((it) => !hasScreen(it)),
  ];
  await presence.remove(place.tenantId, gone.map(member)).catch(() => undefined);
  await presence.refresh(place.tenantId, live.map(member)).catch(() => undefined);
}

/** A refusal is part of the evening; undefined then. */
async function quietly<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
