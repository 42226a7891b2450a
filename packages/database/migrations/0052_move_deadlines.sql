-- Up Migration
--
-- Each create's append updated its deadlines and its request, although only a transaction that waited has to. Both updates cost
-- Postgres their preparation each time; a call that is not made costs nothing.
create function move_deadlines(tenant uuid, of_request uuid, kinds text[], late interval) returns void
language plpgsql as $$
begin
  update public.deadline set due_at = due_at + late
  where tenant_id = tenant and request_id = of_request and kind = any(kinds);
  if 'escalation' = any(kinds) then
    update public.request set escalates_from = escalates_from + late where tenant_id = tenant and id = of_request;
  end if;
end $$;

-- Down Migration

drop function move_deadlines(uuid, uuid, text[], interval);
