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

-- Whether tasks pass in the order of their numbers, whatever their priorities.
alter table gobstopper_gate add column ordered boolean not null default false;

insert into gobstopper_schema_version (version) values (8);
