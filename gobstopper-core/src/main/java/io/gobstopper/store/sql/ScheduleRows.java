package io.gobstopper.store.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.schedule.ScheduleRun;
import io.gobstopper.store.schedule.StoredSchedule;
import io.gobstopper.store.schedule.StoredSchedule.Counts;
import io.gobstopper.store.schedule.StoredSchedule.Declaration;
import io.gobstopper.store.schedule.StoredSchedule.Last;
import io.gobstopper.store.schedule.StoredSchedule.Pause;

/**
 * Schedules and their runs as rows.
 */
public final class ScheduleRows {

	/**
	 * The columns of a schedule, of which the first is the key.
	 */
	public static final List<String> COLUMNS = List.of("name", "task", "category", "definition", "override",
			"declared_at", "seen_at", "paused", "note", "anchor_at", "next_at", "last_at", "last_task_id", "fired",
			"missed", "skipped", "skip_reason", "skipped_at");

	private ScheduleRows() {
	}

	public static @Nullable Object[] values(StoredSchedule schedule) {
		Declaration declaration = schedule.declaration();
		Pause pause = schedule.pause();
		Last last = schedule.last();
		Counts counts = schedule.counts();
		return new @Nullable Object[] { schedule.name(), schedule.task(), schedule.category(), schedule.definition(),
				schedule.override(), JdbcTaskReader.timestamp((declaration != null) ? declaration.startedAt() : null),
				JdbcTaskReader.timestamp((declaration != null) ? declaration.seenAt() : null), pause != null,
				(pause != null) ? pause.note() : null, JdbcTaskReader.timestamp(schedule.anchor()),
				JdbcTaskReader.timestamp(schedule.nextAt()),
				JdbcTaskReader.timestamp((last != null) ? last.scheduledAt() : null),
				(last != null) ? last.taskId() : null, counts.fired(), counts.missed(), counts.skipped(),
				counts.skipReason(), JdbcTaskReader.timestamp(counts.skippedAt()) };
	}

	public static StoredSchedule schedule(ResultSet row, int number) throws SQLException {
		boolean declared = StoredTaskRowMapper.instant(row, "declared_at") != null;
		UUID lastTask = row.getObject("last_task_id", UUID.class);
		return new StoredSchedule(row.getString("name"), row.getString("task"), row.getString("category"),
				row.getString("definition"), row.getString("override"),
				declared ? new Declaration(StoredTaskRowMapper.requiredInstant(row, "declared_at"),
						StoredTaskRowMapper.requiredInstant(row, "seen_at")) : null,
				row.getBoolean("paused") ? new Pause(row.getString("note")) : null,
				StoredTaskRowMapper.requiredInstant(row, "anchor_at"), StoredTaskRowMapper.instant(row, "next_at"),
				(lastTask != null) ? new Last(StoredTaskRowMapper.requiredInstant(row, "last_at"), lastTask) : null,
				new Counts(row.getLong("fired"), row.getLong("missed"), row.getLong("skipped"),
						row.getString("skip_reason"), StoredTaskRowMapper.instant(row, "skipped_at")));
	}

	public static @Nullable Object[] values(ScheduleRun run) {
		return new @Nullable Object[] { run.schedule(), JdbcTaskReader.timestamp(run.scheduledAt()), run.taskId() };
	}

	public static ScheduleRun run(ResultSet row, int number) throws SQLException {
		return new ScheduleRun(row.getString("schedule"), StoredTaskRowMapper.requiredInstant(row, "scheduled_at"),
				row.getObject("task_id", UUID.class));
	}

	// A list of so many parameters.
	public static String placeholders(int count) {
		return "(" + String.join(", ", Collections.nCopies(count, "?")) + ")";
	}

	// Rows of values, one after the other.
	static @Nullable Object[] flat(List<@Nullable Object[]> rows) {
		return rows.stream().flatMap(Arrays::stream).toArray();
	}

}
