-- Up Migration
--
-- Each create and each change of a request prepared two partial indexes and each create two checks that only the deletion of a
-- person would need: people are erased in their rows, which stay, and deleted with their restaurant after its requests. A create
-- looks for its author itself; a claim is made by a caller whose session is read in its own transaction.
alter table request
  drop constraint request_tenant_id_created_by_fkey,
  drop constraint request_tenant_id_claimed_by_fkey;
-- The kinds are the code's; the check was read and prepared again in each statement that writes a deadline.
alter table deadline drop constraint deadline_kind_check;

-- Down Migration

-- Not valid: of some requests the person has no row, and new ones are checked all the same.
alter table deadline add constraint deadline_kind_check check (kind in ('escalation', 'expiry', 'ring', 'not_done'));
alter table request
  add constraint request_tenant_id_created_by_fkey foreign key (tenant_id, created_by) references staff (tenant_id, id) not valid,
  add constraint request_tenant_id_claimed_by_fkey foreign key (tenant_id, claimed_by) references staff (tenant_id, id) not valid;
