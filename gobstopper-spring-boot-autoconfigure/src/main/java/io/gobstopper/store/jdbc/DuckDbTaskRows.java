package io.gobstopper.store.jdbc;

import java.sql.SQLException;
import java.util.List;

import org.duckdb.DuckDBAppender;
import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.store.Lease;
import io.gobstopper.store.StoredTask;
import io.gobstopper.store.TaskDetails;
import io.gobstopper.store.TaskError;
import io.gobstopper.store.TaskState;

/**
 * Adds tasks to the two tables that hold them.
 */
final class DuckDbTaskRows {

	private static final String UNFINISHED = "gobstopper_task";

	private static final String FINISHED = "gobstopper_task_history";

	private final DuckDbRows rows;

	DuckDbTaskRows(JdbcTemplate jdbcTemplate) {
		this.rows = new DuckDbRows(jdbcTemplate);
	}

	void append(List<StoredTask> tasks) {
		this.rows.append(UNFINISHED, tasks.stream().filter((task) -> !task.status().isTerminal()).toList(),
				DuckDbTaskRows::appendInOrder);
		this.rows.append(FINISHED, tasks.stream().filter((task) -> task.status().isTerminal()).toList(),
				DuckDbTaskRows::appendInOrder);
	}

	private static void appendInOrder(DuckDBAppender row, StoredTask task) throws SQLException {
		TaskDetails details = task.details();
		TaskState state = task.state();
		row.append(task.seq());
		row.append(details.id());
		row.append(details.name());
		row.append(details.category());
		row.append((short) details.priority().level());
		row.append(state.status().value());
		row.append(details.args());
		row.append(details.kwargs());
		DuckDbRows.append(row, details.createdAt());
		DuckDbRows.append(row, state.dueAt());
		DuckDbRows.append(row, state.startedAt());
		DuckDbRows.append(row, state.outcome().completedAt());
		row.append(state.outcome().elapsedSeconds());
		DuckDbRows.append(row, state.outcome().result());
		TaskError error = state.outcome().error();
		DuckDbRows.append(row, (error != null) ? error.message() : null);
		DuckDbRows.append(row, (error != null) ? error.trace() : null);
		row.append(state.counts().retries());
		row.append(details.maxRetries());
		row.append(state.counts().attempt());
		row.append(state.counts().crashes());
		row.append(state.progress().percent());
		row.append(state.progress().message());
		DuckDbRows.append(row, details.idempotencyKey());
		Lease lease = state.lease();
		DuckDbRows.append(row, (lease != null) ? lease.owner() : null);
		DuckDbRows.append(row, (lease != null) ? lease.until() : null);
		DuckDbRows.append(row, (lease != null) ? lease.heartbeatAt() : null);
		row.append(state.cancelRequested());
		DuckDbRows.append(row, (error != null) ? error.type() : null);
		DuckDbRows.append(row, state.outcome().node());
		DuckDbRows.append(row, details.traceContext());
	}

}
