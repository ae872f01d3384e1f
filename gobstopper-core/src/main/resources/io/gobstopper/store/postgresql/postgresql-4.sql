-- Version 4: unique keys. Processes of version 3 run on beside it.

-- Which task was the last to have a key, and until when that must be known although the task is deleted.
create table gobstopper_unique_key (
	task text not null,
	unique_key text not null,
	task_id uuid not null,
	enqueued_at timestamp not null,
	until_at timestamp,
	primary key (task, unique_key)
) with (fillfactor = 70);

create index gobstopper_unique_key_task on gobstopper_unique_key (task_id);

create index gobstopper_unique_key_until on gobstopper_unique_key (until_at)
	where until_at is not null;

insert into gobstopper_schema_version (version) values (4);
