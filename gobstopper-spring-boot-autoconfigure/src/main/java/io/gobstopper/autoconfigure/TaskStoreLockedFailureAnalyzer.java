package io.gobstopper.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.gobstopper.TaskStoreLockedException;

/**
 * Explains a {@link TaskStoreLockedException}.
 */
class TaskStoreLockedFailureAnalyzer extends AbstractFailureAnalyzer<TaskStoreLockedException> {

	private static final String ACTION = "Two processes cannot share one DuckDB file. Give this one a file of its own with "
			+ "'gobstopper.duckdb.path', stop the other one, or keep the tasks of both in PostgreSQL.";

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, TaskStoreLockedException cause) {
		return new FailureAnalysis(cause.getMessage(), ACTION, cause);
	}

}
