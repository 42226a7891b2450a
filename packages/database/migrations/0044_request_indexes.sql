-- Up Migration, outside a transaction
--
-- Where a tenant has few requests, or Postgres knows no statistics yet, it took (tenant_id, created_at, id) for the search of
-- one id and walked all requests of the tenant. Pages by time sort the few requests of one instant themselves.
-- Each index is written at a request's creation and at each change of its state; types are never deleted, so no check reads
-- the index by type.
drop index concurrently if exists request_created;
create index concurrently request_created on request (tenant_id, created_at);
drop index concurrently if exists request_search;
drop index concurrently if exists request_type_used;

-- Down Migration

create index request_type_used on request (tenant_id, type);
create index request_search on request (tenant_id, created_at, id);
drop index request_created;
