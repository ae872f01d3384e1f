-- The tables of Gobstopper on PostgreSQL, version 2: finds the few waiting tasks that crashed among many.

create index gobstopper_task_crashed on gobstopper_task (category, priority desc, seq)
	where status = 'pending' and claimable and crash_count > 0;

insert into gobstopper_schema_version (version) values (2);
