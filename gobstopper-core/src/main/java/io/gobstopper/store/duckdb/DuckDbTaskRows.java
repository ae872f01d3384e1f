package io.gobstopper.store.duckdb;

import java.sql.SQLException;
import java.util.List;

import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.store.duckdb.row.DuckDbRow;
import io.gobstopper.store.duckdb.row.DuckDbRows;
import io.gobstopper.store.task.Lease;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskError;
import io.gobstopper.store.task.TaskState;

/**
 * Adds tasks to the two tables that hold them.
 */
public final class DuckDbTaskRows {

	/**
	 * The table of unfinished tasks.
	 */
	public static final String UNFINISHED = "gobstopper_unfinished_task";

	/**
	 * The table of finished tasks.
	 */
	public static final String FINISHED = "gobstopper_task_history";

	private final DuckDbRows<StoredTask> unfinished;

	private final DuckDbRows<StoredTask> finished;

	DuckDbTaskRows(JdbcTemplate jdbcTemplate) {
		this.unfinished = new DuckDbRows<>(jdbcTemplate, UNFINISHED, DuckDbTaskRows::addInOrder);
		this.finished = new DuckDbRows<>(jdbcTemplate, FINISHED, DuckDbTaskRows::addInOrder);
	}

	void append(List<StoredTask> unfinished, List<StoredTask> finished) {
		this.unfinished.append(unfinished);
		this.finished.append(finished);
	}

	private static void addInOrder(StoredTask task, DuckDbRow row) throws SQLException {
		TaskDetails details = task.details();
		TaskState state = task.state();
		row.add(task.seq());
		row.add(details.id());
		row.add(details.name());
		row.add(details.category());
		row.add((short) details.priority().level());
		row.add(state.status().value());
		row.add(details.args());
		row.add(details.kwargs());
		row.add(details.createdAt());
		row.add(state.dueAt());
		row.addNullable(state.startedAt());
		row.addNullable(state.outcome().completedAt());
		row.add(state.outcome().elapsedSeconds());
		row.addNullable(state.outcome().result());
		TaskError error = state.outcome().error();
		row.addNullable((error != null) ? error.message() : null);
		row.addNullable((error != null) ? error.trace() : null);
		row.add(state.counts().retries());
		row.add(details.maxRetries());
		row.add(state.counts().attempt());
		row.add(state.counts().crashes());
		row.add(state.progress().percent());
		row.add(state.progress().message());
		row.addNullable(details.idempotencyKey());
		Lease lease = state.lease();
		row.addNullable((lease != null) ? lease.owner() : null);
		row.addNullable((lease != null) ? lease.until() : null);
		row.addNullable((lease != null) ? lease.heartbeatAt() : null);
		row.add(state.cancelRequested());
		row.addNullable((error != null) ? error.type() : null);
		row.addNullable(state.outcome().node());
		row.addNullable(details.headers());
	}

}
