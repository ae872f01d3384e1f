package io.gobstopper.store.sql;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.TaskStatus;
import io.gobstopper.store.schedule.ScheduleRun;
import io.gobstopper.store.schedule.ScheduleWrites;
import io.gobstopper.store.schedule.StoredSchedule;
import io.gobstopper.store.schedule.UnfinishedRun;

/**
 * What can be changed in the tables of schedules. Not safe for use by several threads.
 */
public class JdbcScheduleWrites implements ScheduleWrites {

	private static final int ROWS_AT_ONCE = 50;

	private static final String FIND = "select * from gobstopper_schedule where name in %s order by name";

	private static final String FIND_RUNS = """
			select * from gobstopper_schedule_run where schedule in %s and scheduled_at >= ?
			""";

	private static final String FIND_DUE = """
			select * from gobstopper_schedule
			where next_at <= ? and not paused and (declared_at is null or seen_at >= ?) and task in %s
				and category not in (select category from gobstopper_paused_category)%s
			order by next_at, name
			limit ?
			""";

	private static final String BEHIND = " and (next_at > ? or (next_at = ? and name > ?))";

	private static final String FIND_UNFINISHED = """
			select run.schedule, run.task_id, task.status, task.started_at, task.created_at
			from gobstopper_schedule_run as run
			join gobstopper_task as task on task.id = run.task_id
			where run.schedule in %s
			order by task.created_at
			""";

	private static final String SEEN = """
			update gobstopper_schedule set seen_at = ? where declared_at is not null and name in %s
			""";

	private static final String DELETE = "delete from gobstopper_schedule where name in %s";

	private static final String DELETE_UNDECLARED = """
			delete from gobstopper_schedule where declared_at is not null and seen_at < ?
			""";

	private static final String ON_CONFLICT = onConflict();

	private static final String FORGET_RUNS = """
			delete from gobstopper_schedule_run
			where task_id in (
				select run.task_id from gobstopper_schedule_run as run
				where run.scheduled_at < ?
					and not exists (select 1 from gobstopper_task_all as task where task.id = run.task_id)
				limit ?)
			""";

	private final JdbcTemplate jdbcTemplate;

	private final TableNames tables;

	private final Locks locks;

	/**
	 * Creates the writes.
	 * @param jdbcTemplate the connection that writes
	 * @param tables where the tables are
	 * @param locks how rows are kept from others
	 */
	public JdbcScheduleWrites(JdbcTemplate jdbcTemplate, TableNames tables, Locks locks) {
		this.jdbcTemplate = jdbcTemplate;
		this.tables = tables;
		this.locks = locks;
	}

	@Override
	public List<StoredSchedule> lock(Collection<String> names) {
		return names.isEmpty() ? List.of()
				: this.jdbcTemplate.query(
						this.tables.in(FIND.formatted(ScheduleRows.placeholders(names.size()))) + this.locks.lock,
						ScheduleRows::schedule, names.toArray());
	}

	@Override
	public List<StoredSchedule> lockDue(Due due) {
		if (due.tasks().isEmpty()) {
			return List.of();
		}
		List<@Nullable Object> parameters = new ArrayList<>();
		parameters.add(JdbcTaskReader.timestamp(due.now()));
		parameters.add(JdbcTaskReader.timestamp(due.seenSince()));
		parameters.addAll(due.tasks());
		StoredSchedule after = due.after();
		if (after != null) {
			parameters.add(JdbcTaskReader.timestamp(after.nextAt()));
			parameters.add(JdbcTaskReader.timestamp(after.nextAt()));
			parameters.add(after.name());
		}
		parameters.add(due.limit());
		String sql = FIND_DUE.formatted(ScheduleRows.placeholders(due.tasks().size()), (after != null) ? BEHIND : "");
		return this.jdbcTemplate.query(this.tables.in(sql) + this.locks.lockFree, ScheduleRows::schedule,
				parameters.toArray());
	}

	@Override
	public List<UnfinishedRun> unfinished(Collection<String> schedules) {
		return schedules.isEmpty() ? List.of() : this.jdbcTemplate.query(
				this.tables.in(FIND_UNFINISHED.formatted(ScheduleRows.placeholders(schedules.size()))),
				(row, number) -> new UnfinishedRun(row.getString("schedule"), row.getObject("task_id", UUID.class),
						(TaskStatus.of(row.getString("status")) == TaskStatus.STARTED)
								? StoredTaskRowMapper.instant(row, "started_at") : null,
						StoredTaskRowMapper.requiredInstant(row, "created_at")),
				schedules.toArray());
	}

	@Override
	public List<ScheduleRun> runs(Collection<String> schedules, Instant since) {
		if (schedules.isEmpty()) {
			return List.of();
		}
		List<@Nullable Object> parameters = new ArrayList<>(schedules);
		parameters.add(JdbcTaskReader.timestamp(since));
		return this.jdbcTemplate.query(this.tables.in(FIND_RUNS.formatted(ScheduleRows.placeholders(schedules.size()))),
				ScheduleRows::run, parameters.toArray());
	}

	@Override
	public boolean insert(StoredSchedule schedule) {
		return insert("gobstopper_schedule", List.<@Nullable Object[]>of(ScheduleRows.values(schedule)),
				" on conflict do nothing") == 1;
	}

	@Override
	public void save(Collection<StoredSchedule> schedules) {
		insert("gobstopper_schedule", schedules.stream().map(ScheduleRows::values).toList(), ON_CONFLICT);
	}

	@Override
	public int seen(Collection<String> names, Instant now) {
		if (names.isEmpty()) {
			return 0;
		}
		List<@Nullable Object> parameters = new ArrayList<>();
		parameters.add(JdbcTaskReader.timestamp(now));
		parameters.addAll(names);
		return this.jdbcTemplate.update(this.tables.in(SEEN.formatted(ScheduleRows.placeholders(names.size()))),
				parameters.toArray());
	}

	@Override
	public void delete(Collection<String> names) {
		if (!names.isEmpty()) {
			this.jdbcTemplate.update(this.tables.in(DELETE.formatted(ScheduleRows.placeholders(names.size()))),
					names.toArray());
		}
	}

	@Override
	public void deleteUndeclared(Instant seenBefore) {
		this.jdbcTemplate.update(this.tables.in(DELETE_UNDECLARED), JdbcTaskReader.timestamp(seenBefore));
	}

	@Override
	public void add(Collection<ScheduleRun> runs) {
		insert("gobstopper_schedule_run", runs.stream().map(ScheduleRows::values).toList(), "");
	}

	@Override
	public int forgetRuns(Instant scheduledBefore, int limit) {
		return this.jdbcTemplate.update(this.tables.in(FORGET_RUNS), JdbcTaskReader.timestamp(scheduledBefore), limit);
	}

	private int insert(String table, List<@Nullable Object[]> rows, String onConflict) {
		int inserted = 0;
		for (int from = 0; from < rows.size(); from += ROWS_AT_ONCE) {
			List<@Nullable Object[]> some = rows.subList(from, Math.min(rows.size(), from + ROWS_AT_ONCE));
			String values = String.join(", ",
					Collections.nCopies(some.size(), ScheduleRows.placeholders(some.get(0).length)));
			inserted += this.jdbcTemplate.update(
					this.tables.in("insert into %s values %s%s".formatted(table, values, onConflict)),
					ScheduleRows.flat(some));
		}
		return inserted;
	}

	private static String onConflict() {
		return " on conflict (name) do update set " + String.join(", ",
				ScheduleRows.COLUMNS.stream()
					.skip(1)
					.map((column) -> "%s = excluded.%s".formatted(column, column))
					.toList());
	}

	/**
	 * How a database keeps rows from others while a transaction changes them.
	 */
	public enum Locks {

		/**
		 * Not at all, as nobody else can change them.
		 */
		NONE("", ""),

		/**
		 * Row by row.
		 */
		ROWS(" for update", " for update skip locked");

		private final String lock;

		private final String lockFree;

		Locks(String lock, String lockFree) {
			this.lock = lock;
			this.lockFree = lockFree;
		}

	}

}
