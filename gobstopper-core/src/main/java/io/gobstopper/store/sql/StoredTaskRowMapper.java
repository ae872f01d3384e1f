package io.gobstopper.store.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;

import io.gobstopper.TaskPriority;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.task.AttemptCounts;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskError;
import io.gobstopper.store.task.TaskOutcome;
import io.gobstopper.store.task.TaskProgress;
import io.gobstopper.store.task.TaskState;

/**
 * Reads a row of the task tables, whose timestamps are in UTC.
 */
public final class StoredTaskRowMapper implements RowMapper<StoredTask> {

	@Override
	public StoredTask mapRow(ResultSet row, int rowNumber) throws SQLException {
		return new StoredTask(row.getLong("seq"), details(row), state(row));
	}

	private static TaskDetails details(ResultSet row) throws SQLException {
		return new TaskDetails(row.getObject("id", UUID.class), row.getString("name"), row.getString("category"),
				TaskPriority.ofLevel(row.getInt("priority")), row.getString("args"), row.getString("kwargs"),
				requiredInstant(row, "created_at"), row.getInt("max_retries"), row.getString("idempotency_key"),
				row.getString("trace_context"));
	}

	private static TaskState state(ResultSet row) throws SQLException {
		AttemptCounts counts = new AttemptCounts(row.getInt("attempt"), row.getInt("retry_count"),
				row.getInt("crash_count"));
		return new TaskState(TaskStatus.of(row.getString("status")), requiredInstant(row, "due_at"),
				instant(row, "started_at"), counts,
				new TaskProgress(row.getDouble("progress"), row.getString("progress_message")), lease(row),
				outcome(row), row.getBoolean("cancel_requested"));
	}

	private static @Nullable Lease lease(ResultSet row) throws SQLException {
		String owner = row.getString("lease_owner");
		if (owner == null) {
			return null;
		}
		Instant heartbeatAt = instant(row, "heartbeat_at");
		return new Lease(owner, requiredInstant(row, "lease_until"),
				(heartbeatAt != null) ? heartbeatAt : requiredInstant(row, "started_at"));
	}

	private static TaskOutcome outcome(ResultSet row) throws SQLException {
		return new TaskOutcome(instant(row, "completed_at"), row.getDouble("elapsed_seconds"), row.getString("result"),
				error(row), row.getString("node"));
	}

	static @Nullable TaskError error(ResultSet row) throws SQLException {
		String message = row.getString("error");
		return (message != null) ? new TaskError(row.getString("error_type"), message, row.getString("error_trace"))
				: null;
	}

	public static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
		LocalDateTime time = row.getObject(column, LocalDateTime.class);
		return (time != null) ? time.toInstant(ZoneOffset.UTC) : null;
	}

	public static Instant requiredInstant(ResultSet row, String column) throws SQLException {
		Instant instant = instant(row, column);
		if (instant == null) {
			throw new SQLException("Column '%s' of a task is null".formatted(column));
		}
		return instant;
	}

}
