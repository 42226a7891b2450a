-- Up Migration
--
-- Every table belongs to a tenant: tenant_id leads its key, its indexes and its foreign keys, and row level security is
-- enabled AND forced, so that not even the owner reads a row without `waiter.tenant_id`. A later migration that must touch
-- rows of all tenants lifts FORCE for its own transaction. The exceptions to "tenant_id first" are the partial indexes
-- named *_due and outbox_*: they serve the relay's role, which looks across tenants, at those two tables only.

create table tenant (
  id uuid primary key,
  slug text not null unique check (slug ~ '^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$'),
  name text not null,
  -- Seconds after which an unanswered request rises to level 1, 2, ...
  escalation_steps integer[] not null default '{30,60,120}',
  -- Seconds after which a forgotten request expires.
  request_ttl_s integer not null default 43200 check (request_ttl_s > 0),
  created_at timestamptz not null default now()
);

-- The row lock on a tenant's counter makes commit order and seq order the same. A sequence would leave gaps.
create table tenant_counter (
  tenant_id uuid primary key references tenant (id) on delete cascade,
  epoch uuid not null default gen_random_uuid(),
  seq bigint not null default 0
) with (fillfactor = 50);

create table staff (
  tenant_id uuid not null references tenant (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  email text not null check (email = lower(email)),
  name text not null,
  role text not null check (role in ('owner', 'manager', 'waiter')),
  password_hash text not null,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, email)
);

create table staff_session (
  tenant_id uuid not null,
  id uuid not null,
  staff_id uuid not null,
  token_hash text not null,
  -- The refresh token before the current one: seen again later, it was stolen.
  previous_hash text,
  created_at timestamptz not null default now(),
  rotated_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, staff_id) references staff (tenant_id, id) on delete cascade
);
create unique index staff_session_token on staff_session (tenant_id, token_hash);
create index staff_session_previous on staff_session (tenant_id, previous_hash) where previous_hash is not null;
create index staff_session_staff on staff_session (tenant_id, staff_id);
create index staff_session_revoked on staff_session (tenant_id, revoked_at) where revoked_at is not null;
create index staff_session_expiry on staff_session (tenant_id, expires_at);

create table zone (
  tenant_id uuid not null references tenant (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null,
  position integer not null default 0,
  primary key (tenant_id, id),
  unique (tenant_id, name)
);

create table dining_table (
  tenant_id uuid not null references tenant (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  label text not null,
  zone_id uuid,
  -- What the QR code carries.
  token text not null,
  position integer not null default 0,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, token),
  unique (tenant_id, label),
  foreign key (tenant_id, zone_id) references zone (tenant_id, id) on delete set null (zone_id)
);
create index dining_table_zone on dining_table (tenant_id, zone_id) where zone_id is not null;

create table request_type (
  tenant_id uuid not null references tenant (id) on delete cascade,
  key text not null,
  label text not null,
  icon text not null,
  asks_payment boolean not null default false,
  position integer not null default 0,
  primary key (tenant_id, key)
);

create table request (
  tenant_id uuid not null references tenant (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  table_id uuid not null,
  type text not null,
  state text not null default 'new' check (state in ('new', 'claimed', 'completed', 'cancelled', 'dismissed', 'expired')),
  level integer not null default 0 check (level >= 0),
  version integer not null default 1,
  note text,
  payment text check (payment in ('cash', 'card')),
  -- The guest session that wrote it: the only guest who is shown the note.
  guest_session uuid,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Escalation steps count from here: created_at, moved on by a release or a reopening.
  escalates_from timestamptz not null default now(),
  seen_at timestamptz,
  claimed_by uuid,
  claimed_at timestamptz,
  closed_at timestamptz,
  reason text,
  primary key (tenant_id, id),
  foreign key (tenant_id, table_id) references dining_table (tenant_id, id),
  foreign key (tenant_id, type) references request_type (tenant_id, key),
  foreign key (tenant_id, created_by) references staff (tenant_id, id),
  foreign key (tenant_id, claimed_by) references staff (tenant_id, id)
) with (fillfactor = 80);
-- At most one request of a type waits at a table, however often the guest taps.
create unique index request_open on request (tenant_id, table_id, type) where state in ('new', 'claimed');
create index request_board on request (tenant_id, created_at) where state in ('new', 'claimed');
create index request_table on request (tenant_id, table_id, created_at);
create index request_type_used on request (tenant_id, type);
create index request_created_by on request (tenant_id, created_by) where created_by is not null;
create index request_claimed_by on request (tenant_id, claimed_by) where claimed_by is not null;

create table deadline (
  tenant_id uuid not null,
  request_id uuid not null,
  kind text not null check (kind in ('escalation', 'expiry')),
  -- The level that an escalation raises the request to; 0 for an expiry.
  level integer not null,
  due_at timestamptz not null,
  primary key (tenant_id, request_id, kind),
  foreign key (tenant_id, request_id) references request (tenant_id, id) on delete cascade
);
create index deadline_escalation_due on deadline (due_at) where kind = 'escalation';
create index deadline_expiry_due on deadline (due_at) where kind = 'expiry';

create table event (
  tenant_id uuid not null references tenant (id) on delete cascade,
  seq bigint not null check (seq > 0),
  epoch uuid not null,
  id uuid not null,
  type text not null,
  request_id uuid,
  at timestamptz not null,
  -- The bytes that every delivery carries.
  envelope text not null,
  primary key (tenant_id, seq)
);
create index event_request on event (tenant_id, request_id, seq) where request_id is not null;

-- A queue: rows live for milliseconds, so vacuum by count, not by share.
create table outbox (
  tenant_id uuid not null references tenant (id) on delete cascade,
  seq bigint not null,
  epoch uuid not null,
  envelope text not null,
  table_id uuid,
  guest_payload text,
  created_at timestamptz not null default now(),
  leased_until timestamptz,
  primary key (tenant_id, seq),
  check ((table_id is null) = (guest_payload is null))
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
create index outbox_waiting on outbox (created_at) where leased_until is null;
create index outbox_leased on outbox (leased_until) where leased_until is not null;

-- The first answer to each Idempotency-Key, stored in the transaction that it answers.
create table answer (
  tenant_id uuid not null references tenant (id) on delete cascade,
  principal text not null,
  key text not null,
  request_hash text not null,
  status integer not null,
  body text not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, principal, key)
);
create index answer_age on answer (tenant_id, created_at);

do $$
declare
  name text;
  own constant text := $own$nullif(current_setting('waiter.tenant_id', true), '')::uuid$own$;
begin
  foreach name in array array[
    'tenant_counter', 'staff', 'staff_session', 'zone', 'dining_table', 'request_type', 'request', 'deadline', 'event', 'outbox', 'answer'
  ] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy own_tenant on %I using (tenant_id = %s) with check (tenant_id = %s)', name, own, own);
  end loop;
  alter table tenant enable row level security;
  alter table tenant force row level security;
  execute format('create policy own_tenant on tenant using (id = %s) with check (id = %s)', own, own);
end $$;

-- The one place where a service looks across tenants: host -> tenant, true heads, and the revoked sessions whose access
-- tokens may still be alive. The view runs as its owner, whom these three policies let read.
create policy directory on tenant for select to current_user using (true);
create policy directory on tenant_counter for select to current_user using (true);
create policy directory on staff_session for select to current_user using (revoked_at is not null);

create view tenant_directory as
  select
    tenant.id,
    tenant.slug,
    tenant.name,
    tenant_counter.epoch,
    tenant_counter.seq,
    array(
      select staff_session.id from staff_session
      where staff_session.tenant_id = tenant.id and staff_session.revoked_at > now() - interval '20 minutes'
    ) as revoked
  from tenant
  join tenant_counter on tenant_counter.tenant_id = tenant.id;

-- Down Migration

drop view tenant_directory;
drop table answer, outbox, event, deadline, request, request_type, dining_table, zone, staff_session, staff, tenant_counter, tenant;
