import { randomUUID } from "node:crypto";
import type { RequestType } from "@waiter/contracts";
import type { Database } from "../database.ts";
import { constraintOf } from "../failures.ts";
import { claimSlug, SlugTakenError } from "./slugs.ts";
import { createStaff, type NewStaff, type StaffRecord } from "../staff/staff.ts";
import { createTables, type TableRecord } from "./tables.ts";

/** The request types of a new restaurant, in every language of the pages. */
export const defaultRequestTypes: readonly Omit<RequestType, "version">[] = [
  {
    key: "waiter",
    label: "Call waiter",
    icon: "🙋",
    asksPayment: false,
    translations: {
      de: "Bedienung rufen",
      fr: "Appeler le serveur",
      es: "Llamar al camarero",
      it: "Chiama il cameriere",
      ar: "نداء النادل",
    },
  },
  {
    key: "bill",
    label: "Bill, please",
    icon: "🧾",
    asksPayment: true,
    translations: {
      de: "Die Rechnung, bitte",
      fr: "L’addition, s’il vous plaît",
      es: "La cuenta, por favor",
      it: "Il conto, per favore",
      ar: "الحساب من فضلك",
    },
  },
  {
    key: "water",
    label: "Water",
    icon: "💧",
    asksPayment: false,
    translations: { de: "Wasser", fr: "De l’eau", es: "Agua", it: "Acqua", ar: "ماء" },
  },
  {
    key: "order",
    label: "Ready to order",
    icon: "📝",
    asksPayment: false,
    translations: {
      de: "Bereit zu bestellen",
      fr: "Prêt à commander",
      es: "Listos para pedir",
      it: "Pronti per ordinare",
      ar: "جاهزون للطلب",
    },
  },
  {
    key: "other",
    label: "Something else",
    icon: "💬",
    asksPayment: false,
    translations: {
      de: "Etwas anderes",
      fr: "Autre chose",
      es: "Otra cosa",
      it: "Qualcos’altro",
      ar: "شيء آخر",
    },
  },
];

export interface NewTenant {
  readonly slug: string;
  readonly name: string;
  readonly owner: Omit<NewStaff, "role">;
  /** Labels. */
  readonly tables?: readonly string[];
  /** How long the slug of a deleted restaurant is refused, ms; 0 by default. */
  readonly slugReservedForMs?: number;
  /** Take the slug of a deleted restaurant before that. */
  readonly reuse?: boolean;
}

export interface CreatedTenant {
  readonly tenant: { readonly id: string; readonly slug: string; readonly name: string };
  readonly owner: StaffRecord;
  readonly tables: TableRecord[];
}

/**
 * Creates a restaurant with its owner, request types and tables in one transaction.
 * @throws {SlugTakenError} for the slug of another restaurant.
 * @throws {SlugReservedError} for the slug of a restaurant that was deleted lately.
 */
export async function createTenant(
  database: Database,
  { slug, name, owner, tables = [], slugReservedForMs = 0, reuse = false }: NewTenant,
): Promise<CreatedTenant> {
  const id = randomUUID();
  try {
    return await database.inTenant(id, async (tx) => {
      await tx.insertInto("tenant").values({ id, slug, name }).execute();
      // After the insert, which waits for a deletion of this slug that is under way.
      await claimSlug(tx, { slug, reservedForMs: slugReservedForMs, reuse });
      await tx.insertInto("tenant_counter").values({ tenant_id: id }).execute();
      await tx
        .insertInto("request_type")
        .values(
          defaultRequestTypes.map(({ key, label, icon, asksPayment, translations }, position) => ({
            tenant_id: id,
            key,
            label,
            icon,
            asks_payment: asksPayment,
            translations: JSON.stringify(translations ?? {}),
            position,
          })),
        )
        .execute();
      return {
        tenant: { id, slug, name },
        owner: await createStaff(tx, { ...owner, role: "owner" }),
        tables: await createTables(tx, tables),
      };
    });
  } catch (error) {
    if (constraintOf(error) === "tenant_slug_key") throw new SlugTakenError(slug, error);
    throw error;
  }
}

/** Yields every tenant's id, read page by page. */
export async function* eachTenant(database: Database): AsyncGenerator<string> {
  let after: string | undefined;
  for (;;) {
    const page = await database.listTenants({ after });
    for (const { id } of page) yield id;
    after = page.at(-1)?.id;
    if (after === undefined) return;
  }
}
