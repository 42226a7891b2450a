-- Up Migration
--
-- The tries that count, and when the last one began. Written before its call goes out, so that a try counts although its
-- worker dies before it records the answer. `attempts` is not used for it: a worker of the release before raises that
-- number each time it takes a row, also when it then makes no call.
alter table delivery add column tries integer not null default 0, add column tried_at timestamptz;

-- Down Migration

alter table delivery drop column tried_at, drop column tries;
