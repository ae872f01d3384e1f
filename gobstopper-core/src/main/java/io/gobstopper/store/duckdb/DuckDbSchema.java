package io.gobstopper.store.duckdb;

import java.util.List;

import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.error.TaskStoreException;
import io.gobstopper.error.TaskStoreVersionException;

/**
 * The tables on DuckDB. They have no index and no key: those slow every write down, keep
 * deleted rows from being cleaned up, and the sequence number clusters the rows well
 * enough. Since version 3 the tasks that are waiting or running are in
 * {@code gobstopper_unfinished_task}, and {@code gobstopper_task} is a view of them that
 * includes the claims for which they were not changed.
 */
public final class DuckDbSchema {

	static final String CREATE_VERSION_TABLE = """
			create table if not exists gobstopper_schema_version (
				version integer not null,
				applied_at timestamp not null
			)
			""";

	static final String FIND_VERSION = """
			select coalesce(max(version), 0) from gobstopper_schema_version
			""";

	static final String ADD_VERSION = """
			insert into gobstopper_schema_version values (?, now() at time zone 'UTC')
			""";

	static final String VERSION_1 = """
			create table gobstopper_task (
				seq bigint not null,
				id uuid not null,
				name varchar not null,
				category varchar not null,
				priority smallint not null,
				status varchar not null,
				args varchar not null,
				kwargs varchar not null,
				created_at timestamp not null,
				due_at timestamp not null,
				started_at timestamp,
				completed_at timestamp,
				elapsed_seconds double not null,
				result varchar,
				error varchar,
				error_trace varchar,
				retry_count integer not null,
				max_retries integer not null,
				attempt integer not null,
				crash_count integer not null,
				progress double not null,
				progress_message varchar not null,
				idempotency_key varchar,
				lease_owner varchar,
				lease_until timestamp,
				heartbeat_at timestamp,
				cancel_requested boolean not null
			);
			create table gobstopper_task_history as from gobstopper_task limit 0;
			create view gobstopper_task_all as
				from gobstopper_task union all from gobstopper_task_history;
			create table gobstopper_idempotency_key (
				idempotency_key varchar not null,
				task_id uuid not null
			);
			create table gobstopper_paused_category (
				category varchar not null
			);
			""";

	static final String VERSION_2 = """
			alter table gobstopper_task add column error_type varchar;
			alter table gobstopper_task add column node varchar;
			alter table gobstopper_task add column trace_context varchar;
			alter table gobstopper_task_history add column error_type varchar;
			alter table gobstopper_task_history add column node varchar;
			alter table gobstopper_task_history add column trace_context varchar;
			create or replace view gobstopper_task_all as
				from gobstopper_task union all from gobstopper_task_history;
			create table gobstopper_task_attempt (
				task_id uuid not null,
				attempt integer not null,
				outcome varchar not null,
				due_at timestamp not null,
				started_at timestamp not null,
				ended_at timestamp not null,
				node varchar not null,
				error_type varchar,
				error varchar,
				error_trace varchar
			);
			""";

	static final String VERSION_3 = """
			alter table gobstopper_task rename to gobstopper_unfinished_task;
			create table gobstopper_claim (
				owner varchar not null,
				started_at timestamp not null,
				lease_until timestamp not null,
				first_seq bigint not null,
				last_seq bigint not null,
				seqs varchar
			);
			create view gobstopper_claimed_task as
				select unnest(coalesce(cast(seqs as bigint[]), range(first_seq, last_seq + 1))) as seq,
					owner, started_at, lease_until
				from gobstopper_claim;
			create view gobstopper_task as
				select task.* replace (
					if(claim.seq is null, task.status, 'started') as status,
					if(claim.seq is null, task.attempt, task.attempt + 1) as attempt,
					if(claim.seq is null, task.started_at, claim.started_at) as started_at,
					if(claim.seq is null, task.lease_owner, claim.owner) as lease_owner,
					if(claim.seq is null, task.lease_until, claim.lease_until) as lease_until)
				from gobstopper_unfinished_task as task
				left join gobstopper_claimed_task as claim on task.seq = claim.seq;
			create or replace view gobstopper_task_all as
				from gobstopper_task union all from gobstopper_task_history;
			""";

	static final String VERSION_4 = """
			create table gobstopper_schedule (
				name varchar not null,
				task varchar not null,
				category varchar not null,
				definition varchar not null,
				override varchar,
				declared_at timestamp,
				seen_at timestamp,
				paused boolean not null,
				note varchar,
				anchor_at timestamp not null,
				next_at timestamp,
				last_at timestamp,
				last_task_id uuid,
				fired bigint not null,
				missed bigint not null,
				skipped bigint not null,
				skip_reason varchar,
				skipped_at timestamp
			);
			create table gobstopper_schedule_run (
				schedule varchar not null,
				scheduled_at timestamp not null,
				task_id uuid not null
			);
			""";

	static final String VERSION_5 = """
			create table gobstopper_unique_key (
				task varchar not null,
				unique_key varchar not null,
				task_id uuid not null,
				enqueued_at timestamp not null,
				until_at timestamp
			);
			""";

	static final String VERSION_6 = """
			create table gobstopper_spent_rate (
				gate varchar not null,
				spent_until timestamp not null
			);
			create table gobstopper_closed_gate (
				gate varchar not null,
				closed_until timestamp not null
			);
			""";

	static final String VERSION_7 = """
			create table gobstopper_limit_override (
				name varchar not null,
				per_key integer,
				total integer,
				rate varchar,
				burst integer,
				overridden_until timestamp not null
			);
			""";

	static final String WAS_MOVED = """
			select count(*) > 0 from duckdb_tables() where table_name = 'gobstopper_moved'
			""";

	static final List<String> MIGRATIONS = List.of(VERSION_1, VERSION_2, VERSION_3, VERSION_4, VERSION_5, VERSION_6,
			VERSION_7);

	private final JdbcTemplate jdbcTemplate;

	public DuckDbSchema(JdbcTemplate jdbcTemplate) {
		this.jdbcTemplate = jdbcTemplate;
	}

	void migrate() {
		migrateTables();
		if (Boolean.TRUE.equals(this.jdbcTemplate.queryForObject(WAS_MOVED, Boolean.class))) {
			throw new TaskStoreException("The tasks in this file were moved to PostgreSQL, or are on the way; set "
					+ "gobstopper.store to 'postgresql', or use another file");
		}
	}

	public void migrateTables() {
		this.jdbcTemplate.execute(CREATE_VERSION_TABLE);
		Integer found = this.jdbcTemplate.queryForObject(FIND_VERSION, Integer.class);
		int version = (found != null) ? found : 0;
		if (version > MIGRATIONS.size()) {
			throw new TaskStoreVersionException(
					"The task database has schema version %d, but this version of Gobstopper knows versions up to %d"
						.formatted(version, MIGRATIONS.size()));
		}
		for (int next = version + 1; next <= MIGRATIONS.size(); next++) {
			this.jdbcTemplate.execute(MIGRATIONS.get(next - 1));
			this.jdbcTemplate.update(ADD_VERSION, next);
		}
	}

}
