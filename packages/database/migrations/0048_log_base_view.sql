-- Up Migration
--
-- Each append adds the base to its transaction's id. A view is planned with the append's statement; a function in plpgsql
-- runs a statement of its own. The view reads as its owner, whom log_base's policy binds.
create view log_position_base as select base from log_base;

-- Down Migration

drop view log_position_base;
