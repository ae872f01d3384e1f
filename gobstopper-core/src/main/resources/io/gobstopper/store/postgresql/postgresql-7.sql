-- Version 7: fairness. Processes of version 6 run on beside it, but what they enqueue takes no turns.

-- In which turn a task starts, where tasks of different fairness keys take turns, and a hash of its key.
alter table gobstopper_task add column turn bigint, add column turn_key bigint;

create index gobstopper_task_turn on gobstopper_task (category, priority desc, turn, turn_key, seq)
	where claimable and turn is not null;

create index gobstopper_task_last_turn on gobstopper_task (category, priority, turn_key, turn)
	where claimable and turn is not null;

-- Up to which turn tasks were started.
create table gobstopper_turn (
	category text not null,
	priority smallint not null,
	reached bigint not null,
	primary key (category, priority)
) with (fillfactor = 50);

insert into gobstopper_schema_version (version) values (7);
