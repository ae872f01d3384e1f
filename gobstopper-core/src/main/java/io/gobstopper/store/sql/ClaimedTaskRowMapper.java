package io.gobstopper.store.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

import org.springframework.jdbc.core.RowMapper;

import io.gobstopper.TaskPriority;
import io.gobstopper.TaskStatus;
import io.gobstopper.store.ClaimRequest;
import io.gobstopper.store.task.AttemptCounts;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskError;
import io.gobstopper.store.task.TaskOutcome;
import io.gobstopper.store.task.TaskProgress;
import io.gobstopper.store.task.TaskState;

/**
 * Makes pending tasks of the few columns in which they differ, by their numbers, which is
 * several times faster than by name.
 */
public final class ClaimedTaskRowMapper implements RowMapper<StoredTask> {

	// JSON has no such character. One text for three is a third of the calls from DuckDB
	// into Java.
	private static final char SEPARATOR = 31;

	private static final String COLUMNS = """
			seq, id, priority, args || chr(31) || kwargs || chr(31) || name, %s, %s, max_retries, idempotency_key,
			trace_context, %s, retry_count, crash_count, elapsed_seconds, error, error_type, error_trace, node
			""";

	private final Map<String, String> names = new HashMap<>();

	private final String category;

	private final TimeReader timeReader;

	public ClaimedTaskRowMapper(ClaimRequest request, TimeReader timeReader) {
		this.category = request.category();
		this.timeReader = timeReader;
		request.names().forEach((name) -> this.names.put(name, name));
	}

	/**
	 * Returns what to select.
	 * @param createdAt the time of creation, as the reader of times reads it
	 * @param dueAt when the task is due, likewise
	 * @param attempt how many attempts there were before
	 * @return the columns
	 */
	public static String columns(String createdAt, String dueAt, String attempt) {
		return COLUMNS.formatted(createdAt, dueAt, attempt);
	}

	@Override
	public StoredTask mapRow(ResultSet row, int number) throws SQLException {
		String texts = row.getString(4);
		int kwargs = texts.indexOf(SEPARATOR) + 1;
		int names = texts.indexOf(SEPARATOR, kwargs) + 1;
		String name = texts.substring(names);
		TaskDetails details = new TaskDetails(row.getObject(2, UUID.class), this.names.getOrDefault(name, name),
				this.category, TaskPriority.ofLevel(row.getInt(3)), texts.substring(0, kwargs - 1),
				texts.substring(kwargs, names - 1), this.timeReader.read(row, 5), row.getInt(7), row.getString(8),
				row.getString(9));
		TaskState state = new TaskState(TaskStatus.PENDING, this.timeReader.read(row, 6), null,
				new AttemptCounts(row.getInt(10), row.getInt(11), row.getInt(12)), TaskProgress.NONE, null,
				outcome(row), false);
		return new StoredTask(row.getLong(1), details, state);
	}

	private static TaskOutcome outcome(ResultSet row) throws SQLException {
		String message = row.getString(14);
		TaskError error = (message != null) ? new TaskError(row.getString(15), message, row.getString(16)) : null;
		String node = row.getString(17);
		return (error == null && node == null) ? TaskOutcome.NONE
				: new TaskOutcome(null, row.getDouble(13), null, error, node);
	}

	/**
	 * Reads a column that holds a time.
	 */
	public interface TimeReader {

		Instant read(ResultSet row, int column) throws SQLException;

	}

}
