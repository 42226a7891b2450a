import { hashPassword } from "@waiter/auth";
import type { Role } from "@waiter/contracts";
import {
  createDatabase,
  createStaff,
  createTables,
  createTenant,
  deleteTenant,
  findStaffByEmail,
  listTables,
} from "@waiter/database";

export const demoSlug = "demo";
const password = "demo-demo";

export interface DemoMember {
  readonly email: string;
  readonly password: string;
  readonly name: string;
  readonly role: Role;
}

export interface Demo {
  readonly tables: readonly { readonly label: string; readonly token: string }[];
  readonly staff: readonly DemoMember[];
}

const staff: readonly DemoMember[] = [
  { email: "owner@demo.example", name: "Olivia", role: "owner", password },
  { email: "manager@demo.example", name: "Marco", role: "manager", password },
  { email: "anna@demo.example", name: "Anna", role: "waiter", password },
  { email: "ben@demo.example", name: "Ben", role: "waiter", password },
];
const labels = Array.from({ length: 8 }, (_, index) => `Table ${index + 1}`);

/**
 * Makes the demo restaurant, or what is missing of it: its tables keep their tokens. With `reset`
 * it is deleted first.
 */
export async function seedDemo(appUrl: string, { reset }: { reset: boolean }): Promise<Demo> {
  await using database = createDatabase({ url: appUrl, name: "waiter-seed", max: 2 });
  const found = await database.findTenant(demoSlug);
  if (found !== undefined && reset) await deleteTenant(database, found.id);
  if (found === undefined || reset) {
    const [owner] = staff;
    if (owner === undefined) throw new Error("the demo has an owner");
    await createTenant(database, {
      slug: demoSlug,
      name: "Trattoria Demo",
      owner: { email: owner.email, name: owner.name, passwordHash: await hashPassword(password) },
      tables: labels,
    });
  }
  const tenant = await database.findTenant(demoSlug);
  if (tenant === undefined)
    throw new Error("the demo restaurant is not there although it was just made");
  const hash = await hashPassword(password);
  // awaited here: the connections are closed when this function ends
  return await database.inTenant(tenant.id, async (tx) => {
    for (const { email, name, role } of staff) {
      if ((await findStaffByEmail(tx, email)) === undefined)
        await createStaff(tx, { email, name, role, passwordHash: hash });
    }
    const present = new Set((await listTables(tx)).map((table) => table.label));
    await createTables(
      tx,
      labels.filter((label) => !present.has(label)),
    );
    const tables = await listTables(tx);
    return { tables: tables.map(({ label, token }) => ({ label, token })), staff };
  });
}
