-- Up Migration
--
-- Each create checked its table with a statement of its own: 12 us. The create reads the table's row of its tenant and locks it
-- until COMMIT, and no change moves a request to another table. Tables are retired, and deleted with their restaurant alone;
-- what a late create adds to one is deleted with the restaurant's row.
alter table request drop constraint request_tenant_id_table_id_fkey;

-- Down Migration

alter table request add constraint request_tenant_id_table_id_fkey
  foreign key (tenant_id, table_id) references dining_table (tenant_id, id);
