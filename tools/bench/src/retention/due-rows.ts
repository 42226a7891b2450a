import type pg from "pg";
import { seededId } from "../aged/grow-database.ts";

export interface DueOptions {
  /** Rows of each kind. */
  readonly rows: number;
  /** The seed of the many tenants, and how many they are. */
  readonly seed: number;
  readonly tenants: number;
  /** The first of them, whose guests and staff work meanwhile: they get no rows. */
  readonly busy: number;
  /** The large tenant: every second row is its own. */
  readonly tenantId: string;
}

/** The rows of each kind that a pass of the worker moves, erases, deletes or publishes. */
const due = {
  "closed requests": "request where closed_at < now() - interval '1 hour'",
  "notes and guest sessions": `request_history where created_at between now() - interval '60 days'
    and now() - interval '30 days' and (note is not null or guest_session is not null)`,
  "requests of a shorter retention": `request_history join tenant on tenant.id = tenant_id
    where request_history.created_at < now() - make_interval(days => request_retention_days)`,
  "requests of an expired month": "request_history where created_at < now() - interval '430 days'",
  deliveries: "delivery where created_at < now() - interval '7 days'",
  answers: "answer where created_at < now() - interval '1 day'",
  events: "event where at < now() - interval '30 days'",
  "staff sessions": "staff_session where expires_at < now() - interval '1 day'",
  "unpublished events": "outbox where created_at < now() - interval '1 second'",
} as const;

export type DueKind = keyof typeof due;
export type DueCounts = Readonly<Record<DueKind, number>>;

export async function countDue(admin: pg.Client): Promise<DueCounts> {
  const counts = Object.entries(due)
    .map(([kind, rows]) => `(select count(*)::integer from ${rows}) as "${kind}"`)
    .join(", ");
  const { rows } = await admin.query<DueCounts>(`select ${counts}`);
  if (rows[0] === undefined) throw new Error("Postgres counted nothing");
  return rows[0];
}

/** Restaurants with a retention of their own: the last ones. */
const shortTenants = 10;
const requestColumns = `tenant_id, id, table_id, type, state, level, version, note, guest_session,
  created_at, updated_at, closed_at, round`;
const closedRequest = (at: string) => `select tenant_id, gen_random_uuid(), table_id, 'waiter',
  'completed', 0, 3, 'A note', gen_random_uuid(), at, at, at, 1
  from (select *, ${at} as at from due_place) place`;

/**
 * Makes rows of every kind that a pass of the worker takes care of, and takes the month away that
 * the worker makes ahead.
 */
export async function makeDueRows(admin: pg.Client, options: DueOptions): Promise<void> {
  const { rows, seed, tenants } = options;
  const short = (kind: string) => seededId(`'${seed}'`, kind, "last");
  await placeRows(admin, options);
  const statements = [
    `insert into request (${requestColumns})
     ${closedRequest("now() - interval '2 hours' - n * interval '1 second'")}`,
    `insert into request_history (${requestColumns})
     ${closedRequest(`now() - interval '31 days' - n * interval '25 days' / ${rows}`)}`,
    "select ensure_request_history((now() - interval '15 months')::date)",
    `insert into request_history (${requestColumns})
     ${closedRequest("date_trunc('month', now() - interval '15 months') + n * interval '1 second'")}`,
    `insert into delivery (tenant_id, request_id, round, step, channel, state, created_at, due_at,
       expires_at, ended_at)
     select tenant_id, gen_random_uuid(), 1, 0, 'push', 'failed', at, at, at, at
     from (select *, now() - interval '8 days' as at from due_place) place`,
    `insert into answer (tenant_id, principal, key, request_hash, status, body, created_at)
     select tenant_id, 'guest ' || n, gen_random_uuid(), repeat('h', 64), 201, repeat('b', 400),
       now() - interval '2 days' from due_place`,
    `insert into staff_session (tenant_id, id, staff_id, token_hash, expires_at)
     select tenant_id, gen_random_uuid(), staff_id, gen_random_uuid(), now() - interval '2 days'
     from due_place`,
    // Only a tenant's oldest events are deleted.
    "delete from event where tenant_id in (select tenant_id from due_place)",
    `${appendTo("31 days")} select count(*) from made`,
    `do $$ begin execute format('drop table if exists %I',
       'request_history_' || to_char(now() + interval '2 months', 'YYYY_MM')); end $$`,
    `update due_place set tenant_id = ${short("t")}, table_id = ${short("d")}
     from (select n as of, ${tenants} - n % ${shortTenants} as last from due_place) short where of = n`,
    `update tenant set request_retention_days = 60 where id in (select tenant_id from due_place)`,
    `insert into request_history (${requestColumns})
     ${closedRequest("now() - interval '61 days' - n * interval '1 second'")}`,
    "analyze",
  ];
  for (const statement of statements) await admin.query(statement);
}

/** Events that an api committed and did not publish: the relay publishes and deletes them. */
export async function makeUnpublished(admin: pg.Client, options: DueOptions): Promise<void> {
  await placeRows(admin, options);
  await admin.query(`${appendTo("0 s")}
    insert into outbox (tenant_id, seq, epoch, envelope, event_id) select * from made`);
}

/** `due_place`: the tenant, a table and a person of each row. */
async function placeRows(
  admin: pg.Client,
  { rows, seed, tenants, busy, tenantId }: DueOptions,
): Promise<void> {
  const idle = tenants - busy - shortTenants;
  const id = (kind: string) => seededId(`'${seed}'`, kind, `(${busy} + 1 + n % ${idle})`);
  await admin.query("drop table if exists due_place");
  await admin.query(
    `create temporary table due_place as
     select n, ${id("t")} as tenant_id, ${id("d")} as table_id, ${id("s")} as staff_id
     from generate_series(1, $1::integer) n`,
    [rows],
  );
  await admin.query(
    `update due_place set tenant_id = $1, staff_id = person, table_id = place
     from (select id as person from staff where tenant_id = $1 limit 1) of_staff,
       (select id as place from dining_table where tenant_id = $1 limit 1) of_table
     where n % 2 = 0`,
    [tenantId],
  );
}

/** Appends an event per place, behind its tenant's last one: `made` has them. */
const appendTo = (age: string) => `
  with counted as (
    update tenant_counter set seq = seq + added
    from (select tenant_id as of, count(*) as added from due_place group by 1) places
    where tenant_id = of returning tenant_id, epoch, seq - added as before
  ), made as (
  insert into event (tenant_id, seq, epoch, id, type, at, envelope)
  select tenant_id, before + row_number() over (partition by tenant_id), epoch, gen_random_uuid(),
    'menu.changed', now() - interval '${age}', '{"type":"menu.changed"}'
  from due_place join counted using (tenant_id)
  returning tenant_id, seq, epoch, envelope, id)`;
