-- Version 8: overrides of limits, and limits in order. Processes of version 7 run on beside it, but heed neither.

-- What operators have said of limits, until when.
create table gobstopper_limit_override (
	name text primary key,
	per_key integer,
	total integer,
	rate text,
	burst integer,
	overridden_until timestamp not null
);

-- Whether a task that is not due keeps those waiting that come after it. Those that pass in order have the priority 0 there.
alter table gobstopper_gate add column kept boolean not null default false;

insert into gobstopper_schema_version (version) values (8);
