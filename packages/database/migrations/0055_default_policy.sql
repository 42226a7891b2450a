-- Up Migration
--
-- A policy set back to the default stored the times of its two repeats as steps: the restaurant's calls escalated two
-- levels further, and its settings showed six steps.
alter table tenant no force row level security;
update tenant set escalation_steps = default
where escalation is null and escalation_steps = '{30,60,120,180,240}';
alter table tenant force row level security;

-- Down Migration

-- The release before reads the default as a new restaurant's.
select;
