package io.gobstopper.autoconfigure.diagnostics;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.gobstopper.error.TaskStoreLockedException;

/**
 * Explains a {@link TaskStoreLockedException}.
 */
public class TaskStoreLockedFailureAnalyzer extends AbstractFailureAnalyzer<TaskStoreLockedException> {

	private static final String ACTION = "A DuckDB file is for one application context at a time. Give this one a file of "
			+ "its own with 'gobstopper.duckdb.path', stop the other one, or keep the tasks of both in PostgreSQL. In "
			+ "tests, set 'gobstopper.duckdb.path' to ':memory:', or have the other context closed with "
			+ "@DirtiesContext.";

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, TaskStoreLockedException cause) {
		return new FailureAnalysis(cause.getMessage(), ACTION, cause);
	}

}
