-- Up Migration
--
-- In a transaction of its own: it reads all requests, and writers go on meanwhile.
alter table request validate constraint request_state_check;

-- Down Migration

-- 0053 replaces the constraint.
select;
