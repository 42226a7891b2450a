-- Up Migration
--
-- W3C trace context of the change that wrote the deadline: its firing continues that trace. Null while tracing is off.
alter table deadline add column traceparent text;

-- Down Migration

alter table deadline drop column traceparent;
