-- Up Migration, outside a transaction
--
-- A btree of a hundred times the restaurants is one level deeper, and each lookup by key reads one buffer more. A hash index reads
-- its bucket and the row however many there are. No update changes these keys, so updates of a counter stay HOT; the primary keys
-- stay what conflicts and foreign keys go by. A code and a table's id are random: each finds one row, whose tenant is compared.
-- Buckets split one after the other while a table grows: at 40 % one that has still to be split fits its page.
drop index concurrently if exists tenant_hash;
create index concurrently tenant_hash on tenant using hash (id) with (fillfactor = 40);
drop index concurrently if exists tenant_counter_hash;
create index concurrently tenant_counter_hash on tenant_counter using hash (tenant_id) with (fillfactor = 40);
drop index concurrently if exists dining_table_hash;
create index concurrently dining_table_hash on dining_table using hash (id) with (fillfactor = 40);
drop index concurrently if exists dining_table_code;
create index concurrently dining_table_code on dining_table using hash (token) with (fillfactor = 40);

-- Down Migration

drop index dining_table_code;
drop index dining_table_hash;
drop index tenant_counter_hash;
drop index tenant_hash;
