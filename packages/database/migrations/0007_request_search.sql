-- Up Migration, outside a transaction
--
-- The search of requests, the newest first. Concurrently, because requests are written meanwhile; a run that was broken off
-- leaves an invalid index behind, hence the drop.
drop index concurrently if exists request_search;
create index concurrently request_search on request (tenant_id, created_at, id);

-- Down Migration

drop index request_search;
