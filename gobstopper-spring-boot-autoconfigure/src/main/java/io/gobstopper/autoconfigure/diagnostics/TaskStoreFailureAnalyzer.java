package io.gobstopper.autoconfigure.diagnostics;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.gobstopper.error.TaskStoreException;
import io.gobstopper.error.TaskStoreLockedException;
import io.gobstopper.error.TaskStoreVersionException;

/**
 * Explains a {@link TaskStoreException} that has no analyzer of its own.
 */
class TaskStoreFailureAnalyzer extends AbstractFailureAnalyzer<TaskStoreException> {

	private static final String ACTION = "Check that the file is a DuckDB database which this user may read and write, or "
			+ "set 'gobstopper.duckdb.path' to another file. With 'gobstopper.store' set to 'postgresql', check that "
			+ "its server can be reached and that the user may create tables.";

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, TaskStoreException cause) {
		if (cause instanceof TaskStoreLockedException || cause instanceof TaskStoreVersionException) {
			return null;
		}
		String wayOut = cause.wayOut();
		return new FailureAnalysis(cause.getMessage(), (wayOut != null) ? wayOut : ACTION, cause);
	}

}
