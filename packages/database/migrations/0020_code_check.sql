-- Up Migration

-- When a signed-in phone last scanned the table's present code.
alter table dining_table add column checked_at timestamptz;

-- Setup: somebody has printed the codes.
alter table tenant add column codes_printed boolean not null default false;

-- Down Migration

alter table tenant drop column codes_printed;
alter table dining_table drop column checked_at;
