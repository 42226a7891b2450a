-- Up Migration
--
-- What an owner manages: settings, zones, tables, request types, people, invitations and devices. Columns are added with
-- defaults, so that the previous release reads and writes these tables unchanged.

alter table tenant
  -- A PATCH that names another version is refused. Not `version`: the previous release joins this
  -- table to request without naming the table of that column.
  add column settings_version integer not null default 1,
  add column time_zone text not null default 'UTC',
  -- The first language is the restaurant's own.
  add column languages text[] not null default '{en,de,fr,es,it,ar}',
  -- {weekly: {mon: [["11:30","14:30"]], ...}, dates: {"2026-12-25": []}}; null: always open.
  add column hours jsonb,
  -- {steps: [{afterS, to}], doneAfterS}; null: the policy that escalation_steps describes.
  add column escalation jsonb,
  add column accent text check (accent ~ '^#[0-9a-f]{6}$'),
  -- {name, password?}: shown to guests, never to a board.
  add column wifi jsonb,
  -- {kind, target, secret?}: for managers only.
  add column second_channel jsonb,
  -- Rises with each reordering: a PUT of an order that names another version is refused.
  add column table_order integer not null default 1,
  add column zone_order integer not null default 1,
  add column type_order integer not null default 1,
  -- Whether managers may search requests by the person who served them.
  add column staff_search boolean not null default false;

create table tenant_logo (
  tenant_id uuid primary key references tenant (id) on delete cascade,
  -- Part of the logo's address, so that it can be cached for good.
  hash text not null,
  content bytea not null
);

alter table staff
  alter column email drop not null,
  alter column password_hash drop not null,
  -- What guests read; the first word of the name where it is null.
  add column guest_name text,
  add column version integer not null default 1,
  add column language text,
  drop constraint staff_role_check,
  add constraint staff_role_check check (role in ('owner', 'manager', 'waiter', 'screen'));

alter table staff_session
  add column device_name text,
  -- The invitation that signed this device in.
  add column invitation_id uuid;

create table invitation (
  tenant_id uuid not null,
  id uuid not null default gen_random_uuid(),
  staff_id uuid not null,
  -- SHA-256 of the secret: the link itself is stored nowhere.
  secret_hash text not null,
  -- Who made it; null for the command line and the platform.
  created_by uuid,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  replaced_at timestamptz,
  used_at timestamptz,
  -- SHA-256 of the device's random key: the same device may ask again for a lost answer.
  device_key_hash text,
  session_id uuid,
  primary key (tenant_id, id),
  unique (tenant_id, secret_hash),
  foreign key (tenant_id, staff_id) references staff (tenant_id, id) on delete cascade
);
create index invitation_staff on invitation (tenant_id, staff_id);
create index invitation_expiry on invitation (tenant_id, expires_at);

alter table zone add column version integer not null default 1;

alter table dining_table
  add column version integer not null default 1,
  add column muted_until timestamptz,
  add column retired_at timestamptz,
  -- A retired table's label is free again.
  drop constraint dining_table_tenant_id_label_key;
create unique index dining_table_label on dining_table (tenant_id, label) where retired_at is null;

alter table request_type
  add column version integer not null default 1,
  add column allows_note boolean not null default true,
  add column late_after_s integer check (late_after_s > 0),
  -- {de: "Kinderstuhl", ...}
  add column translations jsonb not null default '{}',
  add column retired_at timestamptz;

-- A person who works now. Its end is a deletion; the events tell the past.
create table duty (
  tenant_id uuid not null,
  staff_id uuid not null,
  since timestamptz not null default now(),
  -- Null: all tables.
  tables uuid[],
  zones uuid[] not null default '{}',
  primary key (tenant_id, staff_id),
  foreign key (tenant_id, staff_id) references staff (tenant_id, id) on delete cascade
);

alter table request
  -- What the last change replaced, and who made it: {by, at, row, deadlines}. Kept for 30 s of undo.
  add column undo jsonb,
  -- The screen on which somebody's command was given.
  add column claimed_on uuid;

do $$
declare
  name text;
  own constant text := $own$nullif(current_setting('waiter.tenant_id', true), '')::uuid$own$;
begin
  foreach name in array array['tenant_logo', 'invitation', 'duty'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy own_tenant on %I using (tenant_id = %s) with check (tenant_id = %s)', name, own, own);
  end loop;
end $$;

-- Down Migration

drop table duty, invitation, tenant_logo;
alter table request drop column undo, drop column claimed_on;
alter table request_type drop column version, drop column allows_note, drop column late_after_s, drop column translations, drop column retired_at;
drop index dining_table_label;
alter table dining_table drop column version, drop column muted_until, drop column retired_at, add unique (tenant_id, label);
alter table zone drop column version;
alter table staff_session drop column device_name, drop column invitation_id;
alter table staff drop column guest_name, drop column version, drop column language, drop constraint staff_role_check,
  add constraint staff_role_check check (role in ('owner', 'manager', 'waiter'));
alter table tenant drop column settings_version, drop column time_zone, drop column languages, drop column hours, drop column escalation,
  drop column accent, drop column wifi, drop column second_channel, drop column table_order, drop column zone_order, drop column type_order, drop column staff_search;
