package io.gobstopper.store.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Finds rows that cannot be right.
 */
public final class StoredDamage {

	private static final String COUNT_UNFINISHED = "select count(*) from gobstopper_task";

	private static final int MOST_IN_PASSING = 500_000;

	private static final List<Check> QUICK = List.of(new Check("%d tasks are both waiting or running and finished", """
			select count(*) from gobstopper_task_history where id in (select id from gobstopper_task)
			"""), new Check("%d unfinished tasks have the number of another one", """
			select count(*) - count(distinct seq) from gobstopper_task
			"""), new Check("%d unfinished tasks have the id of another one", """
			select count(*) - count(distinct id) from gobstopper_task
			"""), new Check("%d unfinished tasks have a status that none may have", """
			select count(*) from gobstopper_task where status not in ('pending', 'retry', 'started')
			"""), new Check("%d running tasks belong to nobody, or waiting ones to somebody", """
			select count(*) from gobstopper_task where (status = 'started') <> (lease_owner is not null)
			"""));

	private static final List<Check> SLOW = List.of(new Check("%d tasks have the number of another one", """
			select count(*) - count(distinct seq) from gobstopper_task_all
			"""), new Check("%d tasks have the id of another one", """
			select count(*) - count(distinct id) from gobstopper_task_all
			"""), new Check("%d finished tasks have a status that none may have", """
			select count(*) from gobstopper_task_history where status not in ('success', 'failed', 'cancelled')
			"""), new Check("%d tasks are missing from the view of all tasks, or are there twice", """
			select abs((select count(*) from gobstopper_task_all) - (select count(*) from gobstopper_task)
				- (select count(*) from gobstopper_task_history))
			"""), new Check("%d idempotency keys are held twice", """
			select count(*) - count(distinct idempotency_key) from gobstopper_idempotency_key
			"""), new Check("%d idempotency keys are held by tasks that do not exist", """
			select count(*) from gobstopper_idempotency_key
			where task_id not in (select id from gobstopper_task_all where idempotency_key is not null)
			"""), new Check("%d unique keys are held twice", """
			select count(*) from (
				select task, unique_key from gobstopper_unique_key group by task, unique_key having count(*) > 1
			) as twice
			"""));

	private final JdbcTemplate jdbcTemplate;

	private final TableNames tables;

	private final List<Check> quick;

	/**
	 * Creates a search.
	 * @param jdbcTemplate reads the tables
	 * @param tables where they are
	 */
	public StoredDamage(JdbcTemplate jdbcTemplate, TableNames tables) {
		this(jdbcTemplate, tables, List.of());
	}

	/**
	 * Creates a search.
	 * @param jdbcTemplate reads the tables
	 * @param tables where they are
	 * @param more what else to look for, quickly
	 */
	public StoredDamage(JdbcTemplate jdbcTemplate, TableNames tables, List<Check> more) {
		this.jdbcTemplate = jdbcTemplate;
		this.tables = tables;
		this.quick = Stream.concat(QUICK.stream(), more.stream()).toList();
	}

	public List<String> find(boolean everything) {
		List<String> damage = new ArrayList<>();
		if (!everything && count(COUNT_UNFINISHED) > MOST_IN_PASSING) {
			return damage;
		}
		this.quick.forEach((check) -> apply(check, damage));
		if (everything) {
			SLOW.forEach((check) -> apply(check, damage));
		}
		return damage;
	}

	private void apply(Check check, List<String> damage) {
		long count = count(check.sql());
		if (count != 0) {
			damage.add(check.description().formatted(count));
		}
	}

	private long count(String sql) {
		Long count = this.jdbcTemplate.queryForObject(this.tables.in(sql), Long.class);
		return (count != null) ? count : 0;
	}

	/**
	 * A count that must be zero.
	 *
	 * @param description what it counts
	 * @param sql counts it
	 */
	public record Check(String description, String sql) {

	}

}
