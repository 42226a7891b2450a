-- Up Migration, outside a transaction
--
-- Postgres plans and prepares the condition of each partial index again in each statement that writes its table: about 3 us. These
-- conditions leave out few rows or none. One index of all kinds of deadlines serves what asks for a kind, as every reader does.
drop index concurrently if exists deadline_due;
create index concurrently deadline_due on deadline (kind, due_at);
drop index concurrently if exists deadline_escalation_due;
drop index concurrently if exists deadline_expiry_due;
drop index concurrently if exists deadline_not_done_due;
drop index concurrently if exists deadline_ring_due;

drop index concurrently if exists event_request_plain;
create index concurrently event_request_plain on event (tenant_id, request_id, seq);
drop index concurrently if exists event_request;
alter index event_request_plain rename to event_request;

drop index concurrently if exists event_position_plain;
create index concurrently event_position_plain on event (log_position);
drop index concurrently if exists event_position;
alter index event_position_plain rename to event_position;

drop index concurrently if exists request_guest_plain;
create index concurrently request_guest_plain on request (tenant_id, guest_session, created_at);
drop index concurrently if exists request_guest;
alter index request_guest_plain rename to request_guest;

drop index concurrently if exists request_created_by;
drop index concurrently if exists request_claimed_by;

-- Down Migration

create index request_claimed_by on request (tenant_id, claimed_by) where claimed_by is not null;
create index request_created_by on request (tenant_id, created_by) where created_by is not null;
drop index request_guest;
create index request_guest on request (tenant_id, guest_session, created_at) where guest_session is not null;
drop index event_position;
create index event_position on event (log_position) where log_position > 0;
drop index event_request;
create index event_request on event (tenant_id, request_id, seq) where request_id is not null;
create index deadline_escalation_due on deadline (due_at) where kind = 'escalation';
create index deadline_expiry_due on deadline (due_at) where kind = 'expiry';
create index deadline_not_done_due on deadline (due_at) where kind = 'not_done';
create index deadline_ring_due on deadline (due_at) where kind = 'ring';
drop index deadline_due;
