-- Up Migration
--
-- Each event called a function that read the base of all positions: 7 % of the api's time in Postgres. The append reads it
-- itself, after its lock on `event`, which a rebase waits for. A view: the release before takes every right on the table
-- from the application when it grants. LIMIT keeps the view from being written. next_log_position stays for that release.
create view current_log_base as select base from log_base limit 1;

-- Down Migration

drop view current_log_base;
