-- Version 5: limits. Processes of version 4 run on beside it.

-- What a task with limits has to pass, one gate after the other: state 0 is yet to come, 1 waits before it, 2 has passed it.
create table gobstopper_gate (
	seq bigint not null,
	place smallint not null,
	gate text not null,
	state smallint not null,
	name text not null,
	category text not null,
	priority integer not null,
	due_at timestamp not null,
	primary key (seq, place)
) with (fillfactor = 70, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_scale_factor = 0.05,
	autovacuum_vacuum_cost_delay = 0);

create index gobstopper_gate_waiting on gobstopper_gate (gate, priority desc, seq)
	where state = 1;

create index gobstopper_gate_passed on gobstopper_gate (gate)
	where state = 2;

-- The numbers that the newest process knows of each limit, and until when they hold.
create table gobstopper_limit (
	name text primary key,
	per_key integer,
	total integer,
	declared_at timestamp not null,
	known_until timestamp not null
);

insert into gobstopper_schema_version (version) values (5);
