-- Version 4: unique keys. Processes of version 3 run on beside it.

-- Which task holds which key, and until when: "waiting" and "debounced" while it waits for its first attempt,
-- "unfinished" until it is finished, "time" until a moment.
create table gobstopper_unique_key (
	task text not null,
	unique_key text not null,
	task_id uuid not null,
	held text not null,
	until_at timestamp,
	primary key (task, unique_key)
) with (fillfactor = 70);

create index gobstopper_unique_key_task on gobstopper_unique_key (task_id);

create index gobstopper_unique_key_until on gobstopper_unique_key (until_at)
	where held = 'time';

insert into gobstopper_schema_version (version) values (4);
