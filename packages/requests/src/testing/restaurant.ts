import { randomUUID } from "node:crypto";
import { afterAll, beforeAll } from "@jest/globals";
import {
  createDatabase,
  createStaff,
  createTenant,
  type Database,
  type TableRecord,
} from "@waiter/database";
import { testDatabase, type TestDatabase } from "@waiter/testkit";
import type { GuestActor, StaffActor } from "../actor.ts";

/** A database of one's own with restaurants in it, for tests. */
export interface TestRestaurants extends AsyncDisposable {
  readonly urls: TestDatabase;
  readonly database: Database;
  open(): Promise<TestRestaurant>;
}

export interface TestRestaurant {
  readonly tenantId: string;
  readonly tables: readonly TableRecord[];
  readonly owner: StaffActor;
  readonly anna: StaffActor;
  readonly ben: StaffActor;
  /** A new guest session at table `n`. */
  guest(n?: number): GuestActor;
}

export async function startRestaurants(): Promise<TestRestaurants> {
  const urls = await testDatabase();
  const database = createDatabase({
    url: urls.appUrl,
    max: 20,
    name: "test",
    limits: { lockMs: 60_000, statementMs: 60_000, idleMs: 60_000, transactionMs: 60_000 },
    connectTimeoutMs: 60_000,
    queryTimeoutMs: 60_000,
  });
  return {
    urls,
    database,
    open: () => openRestaurant(database),
    [Symbol.asyncDispose]: async () => {
      await database.close();
      await urls.drop();
    },
  };
}

/**
 * Gives the tests of a file restaurants in a database of their own, which goes after them. The
 * answer works from the file's first `beforeAll` behind it on.
 */
export function shareRestaurants(): TestRestaurants {
  const shared = {} as TestRestaurants;
  beforeAll(async () => {
    Object.assign(shared, await startRestaurants());
  });
  afterAll(async () => {
    await (shared as Partial<TestRestaurants>)[Symbol.asyncDispose]?.();
  });
  return shared;
}

async function openRestaurant(database: Database): Promise<TestRestaurant> {
  const { tenant, owner, tables } = await createTenant(database, {
    slug: `t${randomUUID().slice(0, 8)}`,
    name: "Trattoria",
    owner: { email: "Owner@Example.com", name: "Olga", passwordHash: "x" },
    tables: ["1", "2", "3", "4"],
  });
  const [anna, ben] = await database.inTenant(tenant.id, (tx) =>
    Promise.all(
      ["Anna", "Ben"].map((name) =>
        createStaff(tx, { email: `${name}@example.com`, name, role: "waiter", passwordHash: "x" }),
      ),
    ),
  );
  const actor = (member: { id: string; role: StaffActor["role"] } | undefined): StaffActor => ({
    kind: "staff",
    id: member?.id ?? "",
    role: member?.role ?? "waiter",
  });
  return {
    tenantId: tenant.id,
    tables,
    owner: actor(owner),
    anna: actor(anna),
    ben: actor(ben),
    guest: (n = 0) => ({ kind: "guest", sessionId: randomUUID(), tableId: tables[n]?.id ?? "" }),
  };
}
