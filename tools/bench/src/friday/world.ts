import { createECDH, randomBytes, randomUUID } from "node:crypto";
import type { EscalationPolicy } from "@waiter/contracts";
import { createStaff, createStaffSession, createTenant, type Database } from "@waiter/database";
import { sql } from "kysely";
import { Random } from "../nemesis/random.ts";

/**
 * What a phone does: `touched` and `idle` show the board, `locked` has a push subscription alone,
 * `rejecting` a subscription that its push service refuses, `dead` nothing.
 */
export const phones = ["touched", "idle", "locked", "rejecting", "dead"] as const;
export type Phone = (typeof phones)[number];

export interface Person {
  readonly id: string;
  readonly role: "owner" | "manager" | "waiter";
  readonly session: string;
  phone: Phone;
  onDuty: boolean;
}
export interface Open {
  readonly id: string;
  readonly tableId: string;
  readonly guest: string;
  state: "new" | "claimed";
  holder: Person | undefined;
  /** ms since the epoch. */
  since: number;
  /** No person takes it before: so long it escalates. */
  readonly patienceMs: number;
}
export interface Place {
  readonly tenantId: string;
  readonly tables: readonly { readonly id: string; readonly zone: string | undefined }[];
  readonly zones: readonly string[];
  readonly people: readonly Person[];
  readonly random: Random;
  readonly open: Map<string, Open>;
}

/** The default policy thirty times as fast; a claimed request returns after 7.5 simulated minutes. */
export const policy: EscalationPolicy = {
  steps: [
    { afterS: 0, to: "assigned" },
    { afterS: 1, to: "zone" },
    { afterS: 2, to: "everyone" },
    { afterS: 4, to: "managers" },
  ],
  doneAfterS: 15,
};
/** Simulated time by real time. */
export const factor = 30;

export interface WorldOptions {
  readonly restaurants: number;
  readonly tables: number;
  readonly staff: number;
  readonly seed: number;
}

/** Opens the restaurants of one evening; `tables` and `staff` are those of all together. */
export async function openPlaces(
  database: Database,
  { restaurants, tables, staff, seed }: WorldOptions,
): Promise<Place[]> {
  const places: Place[] = [];
  for (let index = 0; index < restaurants; index += 1)
    places.push(
      await openPlace(database, {
        random: new Random(seed + index * 7_919),
        tables: Math.max(3, Math.round(tables / restaurants)),
        staff: Math.max(3, Math.round(staff / restaurants)),
      }),
    );
  return places;
}

async function openPlace(
  database: Database,
  { random, tables, staff }: { random: Random; tables: number; staff: number },
): Promise<Place> {
  const made = await createTenant(database, {
    slug: `f${randomUUID().slice(0, 12).replaceAll("-", "")}`,
    name: "Trattoria",
    owner: { email: "owner@example.com", name: "Owner", passwordHash: "x" },
    tables: Array.from({ length: tables }, (_, number) => `${number + 1}`),
  });
  const tenantId = made.tenant.id;
  return await database.inTenant(tenantId, async (tx) => {
    await tx
      .updateTable("tenant")
      .set({ escalation: JSON.stringify(policy) })
      .where("id", "=", tenantId)
      .execute();
    const zones: string[] = [];
    for (const name of ["Hall", "Terrace"])
      zones.push(
        (
          await tx
            .insertInto("zone")
            .values({ tenant_id: tenantId, name })
            .returning("id")
            .executeTakeFirstOrThrow()
        ).id,
      );
    const placed = made.tables.map(({ id }) => ({
      id,
      zone: random.next() < 0.2 ? undefined : random.pick(zones),
    }));
    for (const { id, zone } of placed)
      await sql`update dining_table set zone_id = ${zone ?? null}::uuid where id = ${id}`.execute(
        tx,
      );
    const ids = [{ id: made.owner.id, role: "owner" as const }];
    for (let number = 1; number < staff; number += 1) {
      const role = number === 1 ? "manager" : "waiter";
      const email = `p${number}@example.com`;
      ids.push({
        ...(await createStaff(tx, { email, name: email, role, passwordHash: "x" })),
      } as never);
    }
    const people: Person[] = [];
    for (const { id, role } of ids) {
      const session = randomUUID();
      await createStaffSession(tx, {
        id: session,
        staffId: id,
        tokenHash: session,
        lifetimeS: 86_400,
      });
      people.push({ id, role, session, phone: "dead", onDuty: false });
    }
    return { tenantId, tables: placed, zones, people, random, open: new Map() };
  });
}

/** Gives a phone its next state: its subscription comes or goes with it. */
export async function changePhone(
  database: Database,
  { tenantId }: Place,
  person: Person,
  phone: Phone,
  pushOrigin: string,
): Promise<void> {
  const subscribed = phone !== "dead" && phone !== "idle";
  const pair = createECDH("prime256v1");
  pair.generateKeys();
  await database.inTenant(tenantId, async (tx) => {
    await tx.deleteFrom("push_subscription").where("session_id", "=", person.session).execute();
    if (!subscribed) return;
    await tx
      .insertInto("push_subscription")
      .values({
        tenant_id: tenantId,
        staff_id: person.id,
        session_id: person.session,
        endpoint: `${pushOrigin}/${phone === "rejecting" ? "gone" : "push"}/${person.id}/${randomUUID()}`,
        p256dh: pair.getPublicKey("base64url"),
        auth: randomBytes(16).toString("base64url"),
      })
      .execute();
  });
  person.phone = phone;
}

export const hasScreen = ({ phone }: Person): boolean => phone === "touched" || phone === "idle";
