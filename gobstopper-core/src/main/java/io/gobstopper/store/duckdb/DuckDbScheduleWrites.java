package io.gobstopper.store.duckdb;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.TaskContext;
import io.gobstopper.store.duckdb.row.DuckDbParameters;
import io.gobstopper.store.duckdb.row.DuckDbRow;
import io.gobstopper.store.duckdb.row.DuckDbRows;
import io.gobstopper.store.schedule.ScheduleRun;
import io.gobstopper.store.schedule.StoredSchedule;
import io.gobstopper.store.schedule.StoredSchedule.Counts;
import io.gobstopper.store.schedule.StoredSchedule.Declaration;
import io.gobstopper.store.schedule.StoredSchedule.Last;
import io.gobstopper.store.schedule.StoredSchedule.Pause;
import io.gobstopper.store.schedule.UnfinishedRun;
import io.gobstopper.store.sql.JdbcScheduleWrites;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.store.task.TaskHeaders;

/**
 * What can be changed in the schedules of a DuckDB file, in statements that work on many
 * rows at once.
 */
final class DuckDbScheduleWrites extends JdbcScheduleWrites {

	// Nobody else can change a row.
	private static final Dialect DIALECT = new Dialect("", "", "in (select unnest(?::varchar[]))");

	private static final int ROWS_AT_ONCE = 200;

	private static final String BEFORE_NAME = "\"%s\":\"".formatted(TaskContext.SCHEDULE_HEADER);

	private static final String FIND_UNFINISHED = """
			select trace_context, id as task_id, status, started_at, created_at from gobstopper_task
			where contains(trace_context, '%1$s')
				and split_part(split_part(trace_context, '%1$s', 2), '"', 1) in (select unnest(?::varchar[]))
			order by created_at
			""".formatted(BEFORE_NAME);

	private final JdbcTemplate jdbcTemplate;

	private final DuckDbRows<StoredSchedule> schedules;

	private final DuckDbRows<ScheduleRun> runs;

	DuckDbScheduleWrites(JdbcTemplate jdbcTemplate) {
		super(jdbcTemplate, TableNames.UNQUALIFIED, DIALECT);
		this.jdbcTemplate = jdbcTemplate;
		this.schedules = new DuckDbRows<>(jdbcTemplate, "gobstopper_schedule", DuckDbScheduleWrites::addInOrder);
		this.runs = new DuckDbRows<>(jdbcTemplate, "gobstopper_schedule_run", DuckDbScheduleWrites::addInOrder);
	}

	// The runs are many more than the tasks that are not finished.
	@Override
	public List<UnfinishedRun> unfinished(Collection<String> schedules) {
		if (schedules.isEmpty()) {
			return List.of();
		}
		Set<String> asked = new HashSet<>(schedules);
		return this.jdbcTemplate
			.query(FIND_UNFINISHED,
					new DuckDbParameters().array("VARCHAR",
							schedules.stream().map(DuckDbScheduleWrites::beginning).toList()),
					(row, number) -> unfinished(row, scheduleOf(row)))
			.stream()
			.filter((run) -> asked.contains(run.schedule()))
			.toList();
	}

	private static String scheduleOf(ResultSet row) throws SQLException {
		return TaskHeaders.read(row.getString("trace_context")).getOrDefault(TaskContext.SCHEDULE_HEADER, "");
	}

	// The name as it is written among headers, up to a quote in it.
	private static String beginning(String schedule) {
		String written = TaskHeaders.write(Map.of(TaskContext.SCHEDULE_HEADER, schedule));
		return Objects.requireNonNull(written).substring("{".length() + BEFORE_NAME.length()).split("\"", 2)[0];
	}

	@Override
	public boolean insert(StoredSchedule schedule) {
		if (!lock(List.of(schedule.name())).isEmpty()) {
			return false;
		}
		this.schedules.append(List.of(schedule));
		return true;
	}

	@Override
	public void save(Collection<StoredSchedule> schedules) {
		delete(schedules.stream().map(StoredSchedule::name).toList());
		inSlices(schedules, this.schedules::append);
	}

	@Override
	public void add(Collection<ScheduleRun> runs) {
		inSlices(runs, this.runs::append);
	}

	private static <T> void inSlices(Collection<T> rows, Consumer<List<T>> append) {
		List<T> all = List.copyOf(rows);
		for (int from = 0; from < all.size(); from += ROWS_AT_ONCE) {
			append.accept(all.subList(from, Math.min(all.size(), from + ROWS_AT_ONCE)));
		}
	}

	private static void addInOrder(StoredSchedule schedule, DuckDbRow row) throws SQLException {
		Declaration declaration = schedule.declaration();
		Pause pause = schedule.pause();
		Last last = schedule.last();
		Counts counts = schedule.counts();
		row.add(schedule.name());
		row.add(schedule.task());
		row.add(schedule.category());
		row.add(schedule.definition());
		row.addNullable(schedule.override());
		row.addNullable((declaration != null) ? declaration.startedAt() : null);
		row.addNullable((declaration != null) ? declaration.seenAt() : null);
		row.add(pause != null);
		row.addNullable((pause != null) ? pause.note() : null);
		row.add(schedule.anchor());
		row.addNullable(schedule.nextAt());
		row.addNullable((last != null) ? last.scheduledAt() : null);
		row.addNullable((last != null) ? last.taskId().toString() : null);
		row.add(counts.fired());
		row.add(counts.missed());
		row.add(counts.skipped());
		row.addNullable(counts.skipReason());
		row.addNullable(counts.skippedAt());
	}

	private static void addInOrder(ScheduleRun run, DuckDbRow row) throws SQLException {
		row.add(run.schedule());
		row.add(run.scheduledAt());
		row.add(run.taskId());
	}

}
