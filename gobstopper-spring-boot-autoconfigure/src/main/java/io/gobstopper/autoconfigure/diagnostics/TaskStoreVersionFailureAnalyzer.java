package io.gobstopper.autoconfigure.diagnostics;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import io.gobstopper.error.TaskStoreVersionException;

/**
 * Explains a {@link TaskStoreVersionException}.
 */
class TaskStoreVersionFailureAnalyzer extends AbstractFailureAnalyzer<TaskStoreVersionException> {

	private static final String ACTION = "Use the version of Gobstopper that wrote the file, or a newer one, or set "
			+ "'gobstopper.duckdb.path' to another file.";

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, TaskStoreVersionException cause) {
		return new FailureAnalysis(cause.getMessage(), ACTION, cause);
	}

}
