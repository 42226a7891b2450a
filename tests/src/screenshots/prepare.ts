import { randomUUID } from "node:crypto";
import type { StaffClient } from "@waiter/client";
import type { System } from "@waiter/testkit";
import { ask, type AskedRestaurant } from "../harness/ask.ts";
import { expireInvitations, suspend } from "../harness/change-behind.ts";
import { newRestaurant, runWaiter, type NewRestaurant } from "../harness/new-restaurant.ts";
import { call, openBoard, requestOf } from "../harness/people.ts";
import type { Dress, FixedData } from "./fixed-data.ts";
import type { Direction } from "./stage.ts";

const types = ["waiter", "bill", "water", "order", "other"] as const;
const minuteMs = 60_000;

/** What the scenes show: restaurants, requests and invitations in each state. */
export interface Cast extends Disposable {
  readonly system: System;
  readonly data: FixedData;
  /** A restaurant on its first day, for each direction: its owner's invitation. */
  readonly fresh: Readonly<Record<Direction, string>>;
  /** Guest links. */
  readonly links: {
    readonly noStaff: string;
    readonly closed: string;
  };
  readonly invitations: {
    readonly open: string;
    readonly replaced: string;
    readonly used: string;
    readonly expired: string;
  };
  readonly suspended: string;
}

/** Makes all that the scenes show. A live board stays connected until the cast is disposed of. */
export async function prepareCast(system: System): Promise<Cast> {
  const startedAt = Math.floor(Date.now() / minuteMs) * minuteMs;
  const manager = await openBoard(system, { role: "manager" });
  await slowDown(system, manager);
  const dresses = await fillFloor(system, manager);
  const [freshLtr, freshRtl, suspended, unstaffed, closed, invitations] = await Promise.all([
    newRestaurant(system, "fresh-ltr", "Sole"),
    newRestaurant(system, "fresh-rtl", "Sole"),
    newRestaurant(system, "suspended", "Luna"),
    noStaff(system),
    closedNow(system, startedAt),
    inviteInEveryState(system),
  ]);
  await suspend(system, "suspended");
  return {
    system,
    data: { startedAt, dresses },
    fresh: { ltr: freshLtr.invitation, rtl: freshRtl.invitation },
    links: { noStaff: unstaffed, closed },
    invitations,
    suspended: suspended.origin,
    [Symbol.dispose]: () => manager.close(),
  };
}

/** No step fires during a run: what the pages show of a level is dressed. */
async function slowDown(system: System, manager: StaffClient): Promise<void> {
  const token = manager.session?.accessToken ?? "";
  const { body } = await ask(system, "/api/settings", { token });
  const { version } = body["settings"] as { version: number };
  const steps = [
    { afterS: 0, to: "assigned" },
    { afterS: 1_200, to: "everyone" },
    { afterS: 2_400, to: "managers" },
  ];
  const escalation = { steps, doneAfterS: 0 };
  await made(
    ask(system, "/api/settings", { method: "PATCH", token, body: { version, escalation } }),
  );
}

/** Twelve tables with sixty requests of every age; some claimed, two with notes. */
async function fillFloor(system: System, manager: StaffClient): Promise<Record<string, Dress>> {
  const token = manager.session?.accessToken ?? "";
  const post = (path: string, body: object) =>
    made(ask(system, path, { method: "POST", token, key: randomUUID(), body }));
  const { tables } = (await post("/api/tables", {
    labels: ["Terrace 1", "Terrace 2", "Terrace 3", "Terrace 4", "Quiet corner"],
  })) as { tables: { guestUrl: string }[] };
  const dresses: Record<string, Dress> = {};
  const codes = system.file.tables.slice(1).map((table) => table.token);
  codes.push(...tables.slice(0, 4).map(({ guestUrl }) => codeOf(guestUrl)));
  for (const [table, code] of codes.entries())
    for (const [index, type] of types.entries()) {
      const guest = await sitDownBy(system, code);
      const note = type === "other" ? notes[table % notes.length] : undefined;
      const body = { type, ...(note !== undefined && { note }) };
      const answer = await ask(system, "/api/guest/requests", {
        method: "POST",
        token: guest,
        key: randomUUID(),
        body,
      });
      const request = requestOf(answer);
      const ageS = 320 - (table * types.length + index) * 5;
      dresses[request.id] = { ageS, level: ageS > 240 ? 2 : ageS > 150 ? 1 : 0 };
      if (table === 1 && type === "waiter") await manager.claim(request.id);
      if (table > 8 && type === "water") await manager.claim(request.id);
    }
  return dresses;
}
const notes = ["A high chair, please", "كرسي أطفال من فضلك (2)!", undefined];

/** A guest calls where no staff screen has ever been open. */
async function noStaff(system: System): Promise<string> {
  const { here, token } = await openRestaurant(system, "no-staff", "Mare");
  const link = await addTable(here, token);
  const guest = await sitDownBy(here, codeOf(link));
  await call(here, guest, "water");
  return link;
}

/** A restaurant that opens three hours after the run began, every day, with one open request. */
async function closedNow(system: System, startedAt: number): Promise<string> {
  const { here, token } = await openRestaurant(system, "closed", "Notte");
  const link = await addTable(here, token);
  await call(here, await sitDownBy(here, codeOf(link)), "bill");
  const { body } = await ask(here, "/api/settings", { token });
  const { version } = body["settings"] as { version: number };
  const clock = (hours: number) =>
    new Date(startedAt + hours * 60 * minuteMs).toISOString().slice(11, 16);
  const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
  const weekly = Object.fromEntries(days.map((day) => [day, [[clock(3), clock(7)]]]));
  await made(
    ask(here, "/api/settings", {
      method: "PATCH",
      token,
      body: { version, timeZone: "UTC", hours: { weekly, dates: {} } },
    }),
  );
  return link;
}

/** Invitations that are open, used, replaced and expired; each of another restaurant. */
async function inviteInEveryState(system: System): Promise<Cast["invitations"]> {
  const [open, used, replaced, expired] = await Promise.all([
    newRestaurant(system, "invite-open", "Alba"),
    newRestaurant(system, "invite-used", "Alba"),
    newRestaurant(system, "invite-replaced", "Alba"),
    newRestaurant(system, "invite-expired", "Alba"),
  ]);
  await joinBy(system, used);
  await runWaiter(system, "staff", "invite", "--slug", "invite-replaced");
  await expireInvitations(system, "invite-expired");
  return {
    open: open.invitation,
    used: used.invitation,
    replaced: replaced.invitation,
    expired: expired.invitation,
  };
}

/** The same apis, with the restaurant's own name. */
function hereOf({ tenant }: AskedRestaurant, { origin }: NewRestaurant): AskedRestaurant {
  return { tenant: { ...tenant, headers: { host: new URL(origin).host } } };
}

async function openRestaurant(system: System, slug: string, name: string) {
  const restaurant = await newRestaurant(system, slug, name);
  const joined = await joinBy(system, restaurant);
  return { here: hereOf(system, restaurant), token: String(joined["accessToken"]) };
}

function joinBy(system: System, restaurant: NewRestaurant): Promise<Record<string, unknown>> {
  const invitation = new URL(restaurant.invitation).hash.slice(1);
  return made(
    ask(hereOf(system, restaurant), "/api/auth/join", { method: "POST", body: { invitation } }),
  );
}

async function addTable(here: AskedRestaurant, token: string): Promise<string> {
  const body = { label: "Table 7" };
  const answer = await made(
    ask(here, "/api/tables", { method: "POST", token, key: randomUUID(), body }),
  );
  const [table] = answer["tables"] as { guestUrl: string }[];
  if (table === undefined) throw new Error("no table was made");
  return table.guestUrl;
}

const codeOf = (guestUrl: string): string => guestUrl.split("/").at(-1) ?? "";

async function sitDownBy(here: AskedRestaurant, tableToken: string): Promise<string> {
  const body = { tableToken };
  const answer = await made(ask(here, "/api/guest/sessions", { method: "POST", body }));
  return String(answer["accessToken"]);
}

/** The answer of a call that must succeed. */
async function made(asked: ReturnType<typeof ask>): Promise<Record<string, unknown>> {
  const { status, body } = await asked;
  if (status >= 300) throw new Error(`not made: ${status} ${JSON.stringify(body)}`);
  return body;
}
