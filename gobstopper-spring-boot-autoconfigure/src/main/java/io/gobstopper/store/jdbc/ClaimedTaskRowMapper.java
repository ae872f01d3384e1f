package io.gobstopper.store.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

import org.springframework.jdbc.core.RowMapper;

import io.gobstopper.TaskPriority;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.AttemptCounts;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.StoredTask;
import io.gobstopper.store.TaskDetails;
import io.gobstopper.store.TaskError;
import io.gobstopper.store.TaskOutcome;
import io.gobstopper.store.TaskProgress;
import io.gobstopper.store.TaskState;

/**
 * Makes pending tasks of the few columns in which they differ, by their numbers, which is
 * several times faster than by name.
 */
final class ClaimedTaskRowMapper implements RowMapper<StoredTask> {

	static final String COLUMNS = """
			seq, id, name, priority, args, kwargs, epoch_us(created_at), epoch_us(due_at), max_retries, idempotency_key,
			trace_context, attempt, retry_count, crash_count, elapsed_seconds, error, error_type, error_trace, node
			""";

	private final Map<String, String> names = new HashMap<>();

	private final String category;

	ClaimedTaskRowMapper(ClaimRequest request) {
		this.category = request.category();
		request.names().forEach((name) -> this.names.put(name, name));
	}

	@Override
	public StoredTask mapRow(ResultSet row, int number) throws SQLException {
		String name = row.getString(3);
		TaskDetails details = new TaskDetails(row.getObject(2, UUID.class), this.names.getOrDefault(name, name),
				this.category, TaskPriority.ofLevel(row.getInt(4)), row.getString(5), row.getString(6),
				EpochMicros.toInstant(row.getLong(7)), row.getInt(9), row.getString(10), row.getString(11));
		TaskState state = new TaskState(TaskStatus.PENDING, EpochMicros.toInstant(row.getLong(8)), null,
				new AttemptCounts(row.getInt(12), row.getInt(13), row.getInt(14)), TaskProgress.NONE, null,
				outcome(row), false);
		return new StoredTask(row.getLong(1), details, state);
	}

	private static TaskOutcome outcome(ResultSet row) throws SQLException {
		String message = row.getString(16);
		TaskError error = (message != null) ? new TaskError(row.getString(17), message, row.getString(18)) : null;
		String node = row.getString(19);
		return (error == null && node == null) ? TaskOutcome.NONE
				: new TaskOutcome(null, row.getDouble(15), null, error, node);
	}

}
