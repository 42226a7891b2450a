-- Up Migration
--
-- When the last try began. Written before its call goes out, together with `attempts`, so that a try counts although its
-- worker dies before it records the answer.
alter table delivery add column tried_at timestamptz;

-- Down Migration

alter table delivery drop column tried_at;
