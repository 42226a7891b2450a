-- Up Migration, outside a transaction
--
-- What a guest's session asked for, by when: without it each scanned code reads the whole history of its table.
-- Concurrently, because calls are written meanwhile; a run that was broken off leaves an invalid index behind, hence the drop.
drop index concurrently if exists request_guest;
create index concurrently request_guest on request (tenant_id, guest_session, created_at) where guest_session is not null;

-- Down Migration

drop index request_guest;
