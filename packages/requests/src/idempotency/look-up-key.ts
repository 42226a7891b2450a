import {
  prepareStatement,
  type Param,
  type PreparedStatement,
  type TenantTransaction,
} from "@waiter/database";
import { fail } from "@waiter/errors";
import { sql, type RawBuilder } from "kysely";
import type { First, FirstStatement } from "../state/first-statement.ts";
import type { Answer, Once } from "./stored-answer.ts";

/** A condition of a command that is read together with its idempotency key: no round trip. */
export interface Guard {
  /** Column name; two guards of one name are the same SQL. */
  readonly name: string;
  /** A scalar expression; `tenant` in it is the tenant's row. */
  readonly read: (param: Param<Record<string, unknown>>) => RawBuilder<unknown>;
  /** Values of the expression beside `tenantId`, `principal` and `key`. */
  readonly params?: Readonly<Record<string, unknown>>;
  /**
   * `always`: refuses also a command that was answered before. `new`: a stored answer is replayed
   * without this check.
   */
  readonly when: "always" | "new";
  /** Throws what refuses the command. */
  readonly check: (value: unknown, tx: TenantTransaction) => Promise<void> | void;
}

type Row = Record<string, unknown> & {
  /** Of the first statement's row. */
  readonly id?: string | null;
  readonly hash: string | null;
  readonly status: number;
  readonly body: string;
};

/** What the lookup found: the stored answer of the key, if any, and the guards still to check. */
export interface Known<Body, Found> {
  readonly answer: Answer<Body> | undefined;
  readonly admit: () => Promise<void>;
  /** The first statement's row, with the lookup's columns. */
  readonly found: Found | undefined;
}

/**
 * Reads the stored answer of a key and the guards' values, runs the command's first statement with
 * it, and checks the guards that refuse always. All of it is one statement. Throws
 * `idempotency_key_reused` for a key of another command.
 */
export async function lookUpKey<Body, Found extends { readonly id: string } = never>(
  tx: TenantTransaction,
  once: Once | undefined,
  guards: readonly Guard[] = [],
  first?: First<Found>,
): Promise<Known<Body, Found>> {
  const check = async (when: Guard["when"]): Promise<void> => {
    for (const guard of guards) if (guard.when === when) await guard.check(row?.[guard.name], tx);
  };
  const { principal = null, key = null } = once?.idempotency ?? {};
  const [row] =
    once === undefined && guards.length === 0 && first === undefined
      ? []
      : await statementOf(guards, first?.statement).run(
          tx,
          Object.assign(
            { ...first?.params, tenantId: tx.tenantId, principal, key },
            ...guards.map(paramsOf),
          ) as Params,
        );
  await check("always");
  return {
    answer: answerOf<Body>(row, once),
    admit: () => check("new"),
    found: typeof row?.id === "string" ? (row as unknown as Found) : undefined,
  };
}

type Params = Record<string, unknown>;
const paramsOf = (guard: Guard): object => guard.params ?? {};

function answerOf<Body>(row: Row | undefined, once: Once | undefined): Answer<Body> | undefined {
  if (row === undefined || row.hash === null) return undefined;
  if (row.hash !== once?.hash) fail("idempotency_key_reused");
  return { status: row.status, body: JSON.parse(row.body) as Body };
}

/** By the first statement, then by the guards' names. */
const statements = new Map<
  FirstStatement<{ readonly id: string }> | undefined,
  Map<string, PreparedStatement<Params, Row>>
>();

function statementOf(
  guards: readonly Guard[],
  first: FirstStatement<{ readonly id: string }> | undefined,
): PreparedStatement<Params, Row> {
  const ofFirst = statements.get(first) ?? new Map<string, PreparedStatement<Params, Row>>();
  statements.set(first, ofFirst);
  const names = guards.map(({ name }) => name).join(" ");
  const known = ofFirst.get(names);
  if (known !== undefined) return known;
  const statement = prepareStatement<Params, Row>((p) => {
    const more = guards.map(({ name, read }) => sql`, ${read(p)} as ${sql.id(name)}`);
    const lookup = sql<Row>`
      select answer.request_hash as hash, answer.status, answer.body ${sql.join(more, sql` `)}
      from tenant left join answer on answer.tenant_id = ${p("tenantId")}
        and answer.principal = ${p("principal")} and answer.key = ${p("key")}
      where tenant.id = ${p("tenantId")}`;
    if (first === undefined) return lookup;
    const ctes = first.ctes === undefined ? sql`` : sql`with ${first.ctes(p)}`;
    return sql<Row>`
      ${ctes} select * from (${lookup}) known left join (${first.select(p)}) first on true`;
  });
  ofFirst.set(names, statement);
  return statement;
}
