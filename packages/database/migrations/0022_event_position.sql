-- Up Migration, outside a transaction
--
-- Events of all tenants by position. Events of before the positions are left out.
drop index concurrently if exists event_position;
create index concurrently event_position on event (log_position) where log_position > 0;

-- Down Migration

drop index event_position;
