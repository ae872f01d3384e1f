package io.gobstopper.store.duckdb;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.store.duckdb.row.DuckDbRow;
import io.gobstopper.store.duckdb.row.DuckDbRows;
import io.gobstopper.store.schedule.ScheduleRun;
import io.gobstopper.store.schedule.StoredSchedule;
import io.gobstopper.store.schedule.StoredSchedule.Counts;
import io.gobstopper.store.schedule.StoredSchedule.Declaration;
import io.gobstopper.store.schedule.StoredSchedule.Last;
import io.gobstopper.store.schedule.StoredSchedule.Pause;
import io.gobstopper.store.sql.JdbcScheduleWrites;
import io.gobstopper.store.sql.TableNames;

/**
 * What can be changed in the schedules of a DuckDB file, in statements that work on many
 * rows at once.
 */
final class DuckDbScheduleWrites extends JdbcScheduleWrites {

	// Nobody else can change a row.
	private static final Dialect DIALECT = new Dialect("", "", "in (select unnest(?::varchar[]))");

	private static final int ROWS_AT_ONCE = 200;

	private final DuckDbRows<StoredSchedule> schedules;

	private final DuckDbRows<ScheduleRun> runs;

	DuckDbScheduleWrites(JdbcTemplate jdbcTemplate) {
		super(jdbcTemplate, TableNames.UNQUALIFIED, DIALECT);
		this.schedules = new DuckDbRows<>(jdbcTemplate, "gobstopper_schedule", DuckDbScheduleWrites::addInOrder);
		this.runs = new DuckDbRows<>(jdbcTemplate, "gobstopper_schedule_run", DuckDbScheduleWrites::addInOrder);
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
