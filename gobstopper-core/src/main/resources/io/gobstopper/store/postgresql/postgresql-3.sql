-- Version 3: schedules. Processes of version 2 run on beside it.

create table gobstopper_schedule (
	name text primary key,
	task text not null,
	category text not null,
	definition text not null,
	override text,
	declared_at timestamp,
	seen_at timestamp,
	paused boolean not null,
	note text,
	anchor_at timestamp not null,
	next_at timestamp,
	last_at timestamp,
	last_task_id uuid,
	fired bigint not null,
	missed bigint not null,
	skipped bigint not null,
	skip_reason text,
	skipped_at timestamp
) with (fillfactor = 50);

create index gobstopper_schedule_next on gobstopper_schedule (next_at, name)
	where not paused;

-- Which tasks schedules enqueued, for as long as those are kept.
create table gobstopper_schedule_run (
	schedule text not null,
	scheduled_at timestamp not null,
	task_id uuid not null,
	primary key (schedule, scheduled_at)
);

create index gobstopper_schedule_run_time on gobstopper_schedule_run (scheduled_at);

insert into gobstopper_schema_version (version) values (3);
