-- Version 2: a claim changes no column that an index has, so that no index grows with it. Apply it in one transaction.
-- Nobody can enqueue or claim meanwhile, and processes of version 1 can claim no more afterwards.

-- The tasks of each claim, until all of them have ended or their leases have.
create table gobstopper_claim (
	id uuid not null,
	lease_until timestamp not null,
	seqs bigint[] not null
) with (
	autovacuum_vacuum_threshold = 1000,
	autovacuum_vacuum_scale_factor = 0.05,
	autovacuum_vacuum_cost_delay = 0
);

-- Compressing costs more than it saves in rows that are deleted at once.
alter table gobstopper_claim alter column seqs set storage external;

create index gobstopper_claim_id on gobstopper_claim (id);

create index gobstopper_claim_lease on gobstopper_claim (lease_until);

-- True for tasks that are pending and due, and stays true when they are claimed, false for those that wait for their
-- time, and null for those that run and need no row in gobstopper_claim, as they are in an index of their own.
alter table gobstopper_task alter column claimable drop not null;

-- While the old indexes are there: if none had that column, the new ones could not be used before every transaction
-- is over that runs anywhere in the server.
update gobstopper_task set claimable = null where status = 'started';

drop index gobstopper_task_claim;

drop index gobstopper_task_due;

drop index gobstopper_task_lease;

alter table gobstopper_task add constraint gobstopper_task_claimable check (
	case status
		when 'pending' then claimable is not null
		when 'retry' then claimable is not null and not claimable
		when 'started' then claimable is null or claimable
	end);

-- Leaves room for the row of the claim on the page of the task.
alter table gobstopper_task set (fillfactor = 45);

create index gobstopper_task_claim on gobstopper_task (category, priority desc, seq)
	where claimable;

create index gobstopper_task_due on gobstopper_task (due_at)
	where not claimable;

create index gobstopper_task_running on gobstopper_task (seq)
	where claimable is null;

insert into gobstopper_schema_version (version) values (2);
