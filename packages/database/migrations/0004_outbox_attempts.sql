-- Up Migration
--
-- attempts: failed publications of this row. The relay sets leased_until to the time of the next
-- attempt, so that a row that cannot be published leaves room for those that can.
-- event_id: the published event's id; rows are deleted only by someone who knows it. Rows of the
-- release before have none.
alter table outbox add column attempts integer not null default 0, add column event_id uuid;

-- Down Migration

alter table outbox drop column attempts, drop column event_id;
