-- Version 6: rates. Stop processes of version 5 before, if tasks have limits: what they enqueue has no rate and passes its limits in another order.

alter table gobstopper_limit add column rate text, add column burst integer;

-- Until when what a rate allows is used up by those that were admitted.
create table gobstopper_spent_rate (
	gate text primary key,
	spent_until timestamp not null
) with (fillfactor = 70);

-- Until when nothing passes a gate.
create table gobstopper_closed_gate (
	gate text primary key,
	closed_until timestamp not null
);

insert into gobstopper_schema_version (version) values (6);
