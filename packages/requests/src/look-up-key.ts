import {
  prepareStatement,
  type Param,
  type PreparedStatement,
  type TenantTransaction,
} from "@waiter/database";
import { fail } from "@waiter/errors";
import { sql, type RawBuilder } from "kysely";
import type { Answer, Once } from "./idempotency.ts";

/** A condition of a command that is read together with its idempotency key: no round trip. */
export interface Guard {
  /** Column name; two guards of one name are the same SQL. */
  readonly name: string;
  /** A scalar expression. */
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
  readonly hash: string | null;
  readonly status: number;
  readonly body: string;
};

/** What the lookup found: the stored answer of the key, if any, and the guards still to check. */
export interface Known<Body> {
  readonly answer: Answer<Body> | undefined;
  readonly admit: () => Promise<void>;
}

/**
 * Reads the stored answer of a key and the guards' values in one statement, and checks the guards
 * that refuse always. Throws `idempotency_key_reused` for a key of another command.
 */
export async function lookUpKey<Body>(
  tx: TenantTransaction,
  once: Once | undefined,
  guards: readonly Guard[] = [],
): Promise<Known<Body>> {
  const check = async (when: Guard["when"]): Promise<void> => {
    for (const guard of guards) if (guard.when === when) await guard.check(row?.[guard.name], tx);
  };
  const { principal = null, key = null } = once?.idempotency ?? {};
  const [row] =
    once === undefined && guards.length === 0
      ? []
      : await statementOf(guards).run(
          tx,
          Object.assign(
            { tenantId: tx.tenantId, principal, key },
            ...guards.map(paramsOf),
          ) as Params,
        );
  await check("always");
  return { answer: answerOf<Body>(row, once), admit: () => check("new") };
}

type Params = Record<string, unknown>;
const paramsOf = (guard: Guard): object => guard.params ?? {};

function answerOf<Body>(row: Row | undefined, once: Once | undefined): Answer<Body> | undefined {
  if (row === undefined || row.hash === null) return undefined;
  if (row.hash !== once?.hash) fail("idempotency_key_reused");
  return { status: row.status, body: JSON.parse(row.body) as Body };
}

const statements = new Map<string, PreparedStatement<Params, Row>>();

function statementOf(guards: readonly Guard[]) {
  const names = guards.map(({ name }) => name).join(" ");
  const known = statements.get(names);
  if (known !== undefined) return known;
  const statement = prepareStatement<Params, Row>((p) => {
    const more = guards.map(({ name, read }) => sql`, ${read(p)} as ${sql.id(name)}`);
    return sql<Row>`
      select answer.request_hash as hash, answer.status, answer.body ${sql.join(more, sql` `)}
      from (select) always left join answer on answer.tenant_id = ${p("tenantId")}
        and answer.principal = ${p("principal")} and answer.key = ${p("key")}`;
  });
  statements.set(names, statement);
  return statement;
}
