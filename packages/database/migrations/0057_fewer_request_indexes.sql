-- Up Migration, outside a transaction
--
-- Each index is written at a request's creation, and those of all rows at each change too. `request` keeps open and recently
-- closed rows: a board and a table's open requests are found by request_open, a guest's by request_guest, a search by
-- request_created. The deletion of a table no longer looks for its requests.
drop index concurrently if exists request_board;
drop index concurrently if exists request_table;

-- Down Migration

create index request_table on request (tenant_id, table_id, created_at);
create index request_board on request (tenant_id, created_at) where state in ('new', 'claimed');
